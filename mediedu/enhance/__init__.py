"""The enhance room."""
