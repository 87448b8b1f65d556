"""The second telling of the story: what the platform does, in sentences that can fail."""
