"""The blocks editors build a page's prose from: few, and each says what it is for.

Facts (dates, places, prices) are no blocks: they come from the course itself.
"""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from enrolments.models import LearnerCategory

LINKS = ["link", "document-link"]


class TextBlock(blocks.RichTextBlock):
    """Running text with headings, lists and links."""

    def __init__(self, **kwargs):
        super().__init__(**{"features": ["h2", "h3", "bold", "italic", "ol", "ul", *LINKS], **kwargs})

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "cms/blocks/text.html"


class QuoteBlock(blocks.StructBlock):
    """What someone said, and who."""

    quote = blocks.TextBlock(label=_("Quote"), rows=3)
    who = blocks.CharBlock(label=_("Who said it"), max_length=120, required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "cms/blocks/quote.html"


class QuestionBlock(blocks.StructBlock):
    """One question with its answer, folded away until someone asks."""

    question = blocks.CharBlock(label=_("Question"), max_length=160)
    answer = blocks.RichTextBlock(label=_("Answer"), features=["bold", "italic", "ol", "ul", *LINKS])

    class Meta:
        icon = "help"
        label = _("Question")


class QuestionsBlock(blocks.ListBlock):
    """Questions and answers under each other."""

    def __init__(self, child_block=None, **kwargs):
        super().__init__(child_block or QuestionBlock(), **kwargs)

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        template = "cms/blocks/questions.html"


class PictureBlock(blocks.StructBlock):
    """A picture that says something; what it shows is also said in words."""

    image = ImageBlock(label=_("Image"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=200, required=False)

    class Meta:
        icon = "image"
        label = _("Image")
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
