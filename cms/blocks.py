"""The blocks editors build a page's prose from: few, and each says what it is for.

Facts (dates, places, prices) are no blocks: they come from the course itself.
"""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock
from wagtail.rich_text import RichText

from enrolments.models import LearnerCategory

LINKS = ["link", "document-link"]
# How the choice of blocks is divided.
WORDS, SHOWN = _("Words"), _("Shown beside the words")


def check_links(value: RichText | None) -> None:
    """Refuse what no visitor can use: a link without words, or one that leads nowhere."""
    for link in BeautifulSoup(value.source if value else "", "html.parser").find_all("a"):
        leads = link.get("href") or link.get("id") or link.get("linktype")
        if not link.get_text(strip=True):
            raise ValidationError(gettext("A link here has no words. Write some, or remove the link."))
        if not leads or str(leads).strip() in ("#", "http://", "https://"):
            raise ValidationError(
                gettext("The link “%(words)s” leads nowhere. Give it an address, or remove it.")
                % {"words": link.get_text(" ", strip=True)}
            )


class LinksChecked(blocks.RichTextBlock):
    """Rich text whose links lead somewhere, and say so."""

    def clean(self, value: RichText) -> RichText:
        value = super().clean(value)
        if not self.is_deferred_validation:  # a draft may be half done
            check_links(value)
        return value


class TextBlock(LinksChecked):
    """Running text with headings, lists and links."""

    def __init__(self, **kwargs):
        super().__init__(**{"features": ["h2", "h3", "bold", "italic", "ol", "ul", *LINKS], **kwargs})

    def get_preview_value(self) -> RichText:
        said = {
            "heading": gettext("What you learn"),
            "text": gettext("You set up a cobot and let it do a task. You see what it had better leave to you."),
            "first": gettext("You program a task."),
            "second": gettext("You choose a gripper."),
        }
        return RichText("<h2>{heading}</h2><p>{text}</p><ul><li>{first}</li><li>{second}</li></ul>".format(**said))

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        group = WORDS
        description = _("Paragraphs, headings, lists and links. Most of a page is this.")
        template = "cms/blocks/text.html"


class QuoteBlock(blocks.StructBlock):
    """What someone said, and who."""

    quote = blocks.TextBlock(label=_("Quote"), rows=3)
    who = blocks.CharBlock(label=_("Who said it"), max_length=120, required=False)

    def get_preview_value(self) -> Any:
        return self.to_python(
            {
                "quote": gettext("On Monday I used it at work straight away."),
                "who": gettext("Someone who took part, operator"),
            }
        )

    class Meta:
        icon = "openquote"
        label = _("Quote")
        group = WORDS
        description = _("Words of a real person, with their consent. One on a page is enough.")
        template = "cms/blocks/quote.html"


class QuestionBlock(blocks.StructBlock):
    """One question with its answer, folded away until someone asks."""

    question = blocks.CharBlock(label=_("Question"), max_length=160)
    answer = LinksChecked(label=_("Answer"), features=["bold", "italic", "ol", "ul", *LINKS])

    class Meta:
        icon = "help"
        label = _("Question")


class QuestionsBlock(blocks.ListBlock):
    """Questions and answers under each other."""

    def get_preview_value(self) -> Any:
        return self.to_python(
            [
                {
                    "question": gettext("Do I need to know how to program?"),
                    "answer": "<p>" + gettext("No. You learn that here.") + "</p>",
                },
                {
                    "question": gettext("Do I bring my own laptop?"),
                    "answer": "<p>" + gettext("No. One is there for you.") + "</p>",
                },
            ]
        )

    def __init__(self, child_block=None, **kwargs):
        super().__init__(child_block or QuestionBlock(), **kwargs)

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        group = WORDS
        description = _("Questions people really ask, folded away until someone wants to know.")
        template = "cms/blocks/questions.html"


class PictureBlock(blocks.StructBlock):
    """A picture that says something; what it shows is also said in words."""

    image = ImageBlock(label=_("Image"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=200, required=False)

    def get_preview_value(self) -> Any:
        """The newest picture there is; a site without pictures shows an empty frame."""
        image = get_image_model().objects.order_by("-created_at").first()
        shown = {"image": image.pk, "alt_text": image.default_alt_text, "decorative": False} if image else None
        return self.to_python({"image": shown, "caption": gettext("Here you stand beside the machine.")})

    class Meta:
        icon = "image"
        label = _("Image")
        group = SHOWN
        description = _("A picture that tells something, with words for who cannot see it.")
        template = "cms/blocks/picture.html"


class FigureBlock(blocks.StructBlock):
    """One figure of the past, with the source it was read from. Living figures belong to the indicators."""

    value = blocks.CharBlock(label=_("Figure as shown"), max_length=20, help_text=_("For example: 2.350+"))
    amount = blocks.IntegerBlock(label=_("Figure as a number"), min_value=0, help_text=_("Draws the bar."))
    label = blocks.CharBlock(label=_("What it counts"), max_length=120)
    note = blocks.CharBlock(label=_("Note"), max_length=120, required=False)
    target = blocks.IntegerBlock(label=_("Target"), min_value=0, required=False)
    source = blocks.CharBlock(label=_("Source"), max_length=200)

    class Meta:
        icon = "bars"
        label = _("Figure")


class FiguresBlock(blocks.ListBlock):
    """Figures beside each other, their source beneath."""

    def get_preview_value(self) -> Any:
        figure = {"value": "8,7", "amount": 87, "label": gettext("what participants gave"), "target": 80}
        return self.to_python([figure | {"note": "", "source": gettext("Source: our own survey, 2026")}])

    def __init__(self, child_block=None, **kwargs):
        super().__init__(child_block or FigureBlock(), **kwargs)

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        # Figures of one source name it once.
        context["sources"] = list(dict.fromkeys(figure["source"] for figure in value))
        return context

    class Meta:
        icon = "bars"
        label = _("Figures")
        group = SHOWN
        description = _("Figures of the past, each with its source. Living figures come from the indicators.")
        template = "cms/blocks/figures.html"


class ProseBlock(blocks.StreamBlock):
    """A page's prose."""

    text = TextBlock()
    quote = QuoteBlock()
    questions = QuestionsBlock()
    picture = PictureBlock()
    figures = FiguresBlock()

    class Meta:
        required = False
        block_counts = {"questions": {"max_num": 2}, "figures": {"max_num": 2}}


class LearnerDoorBlock(blocks.StructBlock):
    """A door on the home page: to the catalogue, for one kind of learner."""

    category = blocks.ChoiceBlock(label=_("For whom"), choices=LearnerCategory.choices)
    title = blocks.CharBlock(label=_("Title"), max_length=60)
    text = blocks.CharBlock(label=_("Text"), max_length=200)
    action = blocks.CharBlock(label=_("Words of the link"), max_length=40)

    class Meta:
        icon = "user"
        label = _("Door for a learner")


class EmployerDoorBlock(blocks.StructBlock):
    """The door on the home page to the employer's room."""

    title = blocks.CharBlock(label=_("Title"), max_length=60)
    text = blocks.CharBlock(label=_("Text"), max_length=200)
    action = blocks.CharBlock(label=_("Words of the link"), max_length=40)

    class Meta:
        icon = "group"
        label = _("Door for employers")


class DoorsBlock(blocks.StreamBlock):
    """The doors under the head of the home page."""

    learner = LearnerDoorBlock()
    employer = EmployerDoorBlock()

    class Meta:
        required = False
        max_num = 4


class SearchesBlock(blocks.StreamBlock):
    """Words that are often looked for, one click away."""

    word = blocks.CharBlock(label=_("Word"), max_length=40, icon="search")

    class Meta:
        required = False
        max_num = 6
