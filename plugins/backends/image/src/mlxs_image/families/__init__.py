"""The architectures: how each predicts noise."""
