"""Pages about one's own account that allauth has not, or not as we want them."""
