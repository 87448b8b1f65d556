"""Waiting for a date that suits: the pages on which visitors ask, confirm and stop, and their place on my page."""
