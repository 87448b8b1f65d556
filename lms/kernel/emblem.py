"""The emblem of the European Union, drawn by us from its construction, as a picture to put in what leaves the site."""

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

EMBLEM_FILE = "brand/eu.png"


def emblem() -> bytes:
    found = finders.find(EMBLEM_FILE)
    if found:
        with open(found, "rb") as file:
            return file.read()
    with staticfiles_storage.open(EMBLEM_FILE) as file:
        return file.read()
