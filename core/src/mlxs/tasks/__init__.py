"""What models can do besides talking: for each, what is asked, what is answered, and the class that can.

Sound and pictures travel as base64 text, because all of this crosses processes as JSON.
"""
