"""The texts a new site begins with, in both languages. From then on they are content: editors change them."""

from cms.starter_texts.home import FIGURES, HOME, SOURCE
from cms.starter_texts.pages import PAGES
from cms.starter_texts.rooms import ROOMS

__all__ = ["FIGURES", "HOME", "PAGES", "ROOMS", "SOURCE"]
