"""The HTTP side: routes assembled from what is installed, and one road from request to events."""
