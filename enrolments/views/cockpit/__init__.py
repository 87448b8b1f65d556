"""The cockpit of an edition: for who coordinates it, and for the programme office."""
