"""Which pages say in one language what they no longer say, or do not say at all, in the other.

Pages are written by hand in both languages, so nothing is copied over anything: an editor who has compared the two says
so (``check_translation``), and from the other's next change on the page counts as out of date.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page

from cms.models import TranslationCheck
from cms.policies import HOUSE_OF
from lms.kernel.models import Event
from lms.people.models import User


class State(models.TextChoices):
    """How a page's other language stands to it."""

    MISSING = "missing", _("missing")
    WAITING = "waiting", _("to be translated")
    BEHIND = "behind", _("out of date")
    CURRENT = "current", _("up to date")


def with_house(pages: QuerySet) -> QuerySet:
    """Annotated with the name and id of the house a page is about; empty for the site's own pages."""

    def road(to: str) -> list[Subquery]:
        return [
            Subquery(model.objects.filter(pk=OuterRef("pk")).values(f"{way}{to}")[:1])
            for model, way in HOUSE_OF.items()
        ]

    return pages.annotate(house_name=Coalesce(*road("__name")), house_id=Coalesce(*road("_id")))


def with_other_language(pages: QuerySet) -> QuerySet:
    """Annotated with the same page in the other language, and how that stands to this one."""
    others = Page.objects.filter(translation_key=OuterRef("translation_key"), alias_of=None).exclude(
        locale=OuterRef("locale")
    )
    checks = TranslationCheck.objects.filter(page__translation_key=OuterRef("translation_key"), source=OuterRef("pk"))
    return pages.annotate(
        other_id=Subquery(others.values("pk")[:1]),
        other_title=Subquery(others.values("draft_title")[:1]),
        other_changed_at=Subquery(others.values("latest_revision_created_at")[:1]),
        compared_at=Subquery(checks.values("at")[:1]),
        compared_with=Subquery(checks.values("source_changed_at")[:1]),
        check_id=Subquery(checks.values("pk")[:1]),
    ).annotate(
        other_state=Case(
            When(other_id=None, then=Value(State.MISSING)),
            When(check_id__isnull=False, compared_at=None, then=Value(State.WAITING)),
            When(latest_revision_created_at=None, then=Value(State.CURRENT)),
            When(latest_revision_created_at=F("compared_with"), then=Value(State.CURRENT)),
            default=Value(State.BEHIND),
            output_field=models.CharField(),
        )
    )


def translatable_pages() -> QuerySet:
    """Every page of the site that stands on its own; not the root."""
    return Page.objects.filter(depth__gt=1, alias_of=None)


def other_language_of(page: Page) -> Page | None:
    """The same page in the other language."""
    return page.get_translations().filter(alias_of=None).select_related("locale").first()


def state_of(page: Page) -> State:
    """How this page stands to its other language; CURRENT where there is no other to compare it with."""
    other = other_language_of(page)
    if other is None:
        return State.CURRENT
    return State(with_other_language(Page.objects.filter(pk=other.pk)).values_list("other_state", flat=True).get())


@transaction.atomic
def check_translation(page: Page, *, by: User | None, at: datetime) -> Page:
    """Note that a page and its other language now say the same, as both were last saved."""
    other = Page.objects.get(pk=other_language_of(page).pk)  # type: ignore[union-attr]  # the view has found it
    page = Page.objects.get(pk=page.pk)
    for one, source in ((page, other), (other, page)):
        TranslationCheck.objects.update_or_create(
            page=one,
            defaults={"source": source, "source_changed_at": source.latest_revision_created_at, "at": at, "by": by},
        )
    Event.record(page, "page.translation_checked", by=by, at=at, data={"other": other.pk})
    return page


@transaction.atomic
def make_translation(page: Page, language: str, *, by: User, at: datetime) -> Page:
    """A draft in another language, with this page's own text in it to be translated, under the same page above."""
    locale = Locale.objects.get(language_code=language)
    words = page.specific if page.live else page.get_latest_revision_as_object()
    made = words.copy_for_translation(locale)
    made.owner = by
    made.save(update_fields=["owner"])
    TranslationCheck.objects.create(page=made.page_ptr, source=page, source_changed_at=page.latest_revision_created_at)
    Event.record(page, "page.translation_made", by=by, at=at, data={"page": made.pk, "language": language})
    return made
