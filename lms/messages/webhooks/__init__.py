"""Webhooks: an employer's own system is told that something changed, and fetches what it is through the API."""
