"""What stands on a page, gone through for its editor: how it reads, whether everyone can use it.

The browser's own checker (axe, in the preview) sees the page as drawn; this looks at the text as it was written, and
so also knows a word to avoid. Nothing here stops anyone from publishing: what must not be published is refused by the
blocks and forms themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from django.db import models
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage
from wagtail.models import Page
from wagtail.rich_text import RichText

from cms.plain_language import Ease, Kind, Remark, link_says_nothing, reading_ease, remarks_on, shown, words

# Fields of a page that visitors read as running text.
READ = ("introduction", "search_description", "partners")
BLOCK_TAGS = ("p", "h2", "h3", "h4", "li")
MOST_REMARKS = 20


@dataclass(frozen=True)
class Report:
    """What there is to say about one page."""

    words: int
    ease: Ease | None
    remarks: list[Remark]

    @property
    def more(self) -> int:
        """How many remarks there are beyond those that are shown."""
        return max(len(self.remarks) - MOST_REMARKS, 0)

    @property
    def shown(self) -> list[Remark]:
        return self.remarks[:MOST_REMARKS]


@dataclass
class Read:
    """A piece of a page: its words, and its HTML where it has any."""

    text: str
    soup: BeautifulSoup | None = None


def check_page(page: Page) -> Report:
    """Go through a page as it stands in memory, in its own language."""
    language = page.locale.language_code
    pieces = list(_pieces(page))
    text = "\n".join(piece.text for piece in pieces if piece.text.strip())
    remarks = [*_head(page), *remarks_on(text, language)]
    level = 1
    for piece in pieces:
        if piece.soup is not None:
            remarks += _links(piece.soup, language)
            level, found = _headings(piece.soup, level)
            remarks += found
    remarks += _pictures(page)
    return Report(len(words(text)), reading_ease(text, language), list(dict.fromkeys(remarks)))


# What is on it --------------------------------------------------------------------------------------------------------


def _pieces(page: Page) -> Iterator[Read]:
    for name in READ:
        if value := getattr(page, name, ""):
            yield Read(str(value))
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            for child in getattr(page, field.name) or []:
                yield from _of_block(child.block, child.value)


def _of_block(block: blocks.Block, value: Any) -> Iterator[Read]:
    if isinstance(value, RichText):
        soup = BeautifulSoup(value.source, "html.parser")
        yield Read("\n".join(tag.get_text(" ", strip=True) for tag in soup.find_all(BLOCK_TAGS)), soup)
    elif isinstance(block, blocks.BaseStructBlock):
        for name, child in getattr(block, "child_blocks", {}).items():
            if isinstance(value, dict):
                yield from _of_block(child, value.get(name))
    elif isinstance(block, blocks.ListBlock):
        for one in value or []:
            yield from _of_block(block.child_block, one)
    elif isinstance(block, blocks.BaseStreamBlock):
        for child in value or []:
            yield from _of_block(child.block, child.value)
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock) and value:
        yield Read(str(value))


def _images(page: Page) -> Iterator[tuple[str, AbstractImage, str]]:
    """Every picture: what it is called here, the picture, and the words that take its place."""
    for field in page._meta.get_fields():
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, AbstractImage):
            if image := getattr(page, field.name):
                words_of_field = getattr(page, f"{field.name}_alt", None)
                yield str(field.verbose_name), image, words_of_field or image.default_alt_text
        elif isinstance(field, StreamField):
            yield from _images_in((child.block, child.value) for child in getattr(page, field.name) or [])


def _images_in(found: Any) -> Iterator[tuple[str, AbstractImage, str]]:
    for block, value in found:
        if isinstance(value, AbstractImage):
            if not getattr(value, "decorative", False):
                yield str(block.label), value, getattr(value, "contextual_alt_text", None) or ""
        elif isinstance(block, blocks.ListBlock):
            yield from _images_in((block.child_block, one) for one in value or [])
        elif isinstance(block, blocks.BaseStructBlock) and isinstance(value, dict):
            yield from _images_in((child, value.get(name)) for name, child in block.child_blocks.items())


# What there is to say -------------------------------------------------------------------------------------------------


def _head(page: Page) -> Iterator[Remark]:
    if not page.search_description:
        yield Remark(
            Kind.STRUCTURE, _("The description for search engines is empty: fill it in under “Promote”."), page.title
        )


def _links(soup: BeautifulSoup, language: str) -> Iterator[Remark]:
    for link in soup.find_all("a"):
        said = link.get_text(" ", strip=True)
        if not said:
            yield Remark(
                Kind.LINK, _("A link without words: nobody can tell where it leads."), str(link.get("href", ""))
            )
        elif link_says_nothing(said, language):
            yield Remark(Kind.LINK, _("Say where the link leads, not that it is one."), said)
        elif said.startswith(("http://", "https://", "www.")):
            yield Remark(Kind.LINK, _("Name the page; an address is hard to read aloud."), shown(said, 60))


def _headings(soup: BeautifulSoup, level: int) -> tuple[int, list[Remark]]:
    """Each heading one step deeper at most than the one before it, over all texts of the page."""
    found = []
    for heading in soup.find_all(["h2", "h3", "h4"]):
        said, own = heading.get_text(" ", strip=True), int(heading.name[1])
        if not said:
            found.append(Remark(Kind.STRUCTURE, _("An empty heading: remove it.")))
            continue
        if own > level + 1:
            found.append(Remark(Kind.STRUCTURE, _("This heading skips a level: make it one higher."), said))
        level = own
    for bold in soup.find_all("p"):
        strong = bold.find(["b", "strong"])
        if strong and strong.get_text(strip=True) and strong.get_text(strip=True) == bold.get_text(strip=True):
            found.append(
                Remark(Kind.STRUCTURE, _("A bold line that serves as a heading: make it one."), shown(bold.get_text()))
            )
    return level, found


def _pictures(page: Page) -> Iterator[Remark]:
    for label, image, said in _images(page):
        if not said.strip():
            yield Remark(Kind.PICTURE, _("Say in words what this picture shows."), f"{label}: {image.title}")
        elif said.strip() == image.title or said.lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".svg", ".avif")):
            yield Remark(Kind.PICTURE, _("The words for this picture are only its name: say what it shows."), said)
