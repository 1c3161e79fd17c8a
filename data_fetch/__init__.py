"""Fetch real data sets."""
