"""The teach room."""
