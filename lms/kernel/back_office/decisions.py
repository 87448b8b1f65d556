"""Decisions about a row, and what someone should know who looks at it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import messages

from lms.kernel.back_office.scopes import viewset_of

if TYPE_CHECKING:
    from lms.people.models import User
    from lms.people.requests import SignedInRequest


class Refused(Exception):
    """What was asked cannot be done; the text is for the person who asked."""


@dataclass(frozen=True)
class Remark:
    """What someone should know who looks at a row: above its form, as a list. An item may lead somewhere."""

    heading: str
    items: Collection[str | tuple[str, str]]
    is_warning: bool = True

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Text and address (which may be empty) of each item."""
        return [one if isinstance(one, tuple) else (one, "") for one in self.items]


@dataclass(frozen=True)
class Decision:
    """A decision about one row of the back office (publish, cancel): asked again on a page of its own, then taken.

    ``carry_out(thing, by)`` calls the action and answers what to tell; it raises Refused with the reason.
    ``possible(thing)`` says whether the button is shown.
    """

    model: type[models.Model]
    name: str
    label: str | Promise
    question: str | Promise
    verb: str
    icon: str
    carry_out: Callable[[Any, User], str]
    possible: Callable[[Any], bool]
    is_serious: bool = False

    @property
    def url_name(self) -> str:
        return f"decide_{self.model._meta.model_name}_{self.name}"


_DECISIONS: dict[type[models.Model], list[Decision]] = {}


def open_decisions(thing: models.Model, user: User) -> list[Decision]:
    """The decisions about this row that are possible, and this user's to take."""
    rows: Any = type(thing)._default_manager
    return [
        one
        for one in _DECISIONS.get(type(thing), [])
        if one.possible(thing) and rows.allowing(user, one.verb).filter(pk=thing.pk).exists()
    ]


def register_decision(decision: Decision) -> list[URLPattern]:
    """Enter a decision and answer its address, for the hook ``register_admin_urls``.

    An app may enter decisions about a lower app's model: cancelling an edition is known to enrolments, not to courses.
    """
    _DECISIONS.setdefault(decision.model, []).append(decision)

    def view(request: SignedInRequest, pk: int) -> HttpResponse:
        rows = decision.model._default_manager.allowing(request.user, decision.verb)  # type: ignore[attr-defined]
        thing = get_object_or_404(rows, pk=pk)
        viewset = viewset_of(decision.model)
        back = reverse(viewset.get_url_name(viewset.page_of_one), args=[pk])
        if request.method == "POST":
            try:
                messages.success(request, decision.carry_out(thing, request.user))
            except Refused as refused:
                messages.error(request, str(refused))
            return redirect(back)
        if not decision.possible(thing):
            messages.warning(request, _("This was decided already."))
            return redirect(back)
        listed = reverse(viewset.get_url_name("index"))
        return render(
            request,
            "back_office/decision.html",
            {
                "decision": decision,
                "thing": thing,
                "back": back,
                "header_title": f"{decision.label}: {thing}",
                "header_icon": decision.icon,
                "breadcrumbs_items": [
                    {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                    {"url": listed, "label": capfirst(decision.model._meta.verbose_name_plural)},
                    {"url": back, "label": str(thing)},
                    {"url": "", "label": decision.label},
                ],
            },
        )

    name = decision.model._meta.model_name
    return [path(f"{name}s/{decision.name}/<int:pk>/", view, name=decision.url_name)]
