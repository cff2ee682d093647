"""The published kit, and what only this format knows."""
