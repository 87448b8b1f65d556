"""What goes wrong with keys, whatever holds them."""


class KeyUnusable(Exception):
    """The key that is to sign cannot be reached or read: nothing can be issued until it can."""


class DemoKeyRefused(KeyUnusable):
    """A key of a demo signs nothing outside one: it would look like a real signature."""
