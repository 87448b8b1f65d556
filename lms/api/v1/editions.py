"""Editions and their seats."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from courses.models import Edition
from courses.phases import Phase
from lms.api.catalogue import editions_on_view, enrol_address
from lms.api.framework import serve_as
from lms.api.languages import language_of
from lms.api.problems import BadParameter
from lms.api.v1 import shapes
from lms.api.v1.texts import page_of
from lms.kernel.languages import in_language
from lms.people.models import Organisation

router = Router(tags=["editions"])

ZONE = ZoneInfo(settings.TIME_ZONE)
MOST_SEATS = 100
SEATS_HOLD_SECONDS = 15


def house(organisation: Organisation) -> shapes.House:
    return shapes.House(code=organisation.code or None, name=organisation.name)


def edition_said(edition: Edition, language: str, moment: datetime) -> dict:
    """The fields of ``EditionShort``. Wants course, provider and location at hand."""
    takes = edition.takes_enrolments(moment)
    location = edition.location
    return {
        "id": edition.uuid,
        "code": edition.code,
        "course": edition.course.code,
        "title": in_language(edition.course, "title", language),
        "provider": house(edition.provider),
        "state": edition.phase(moment).value,
        "starts_at": edition.starts_at and local(edition.starts_at),
        "ends_at": edition.ends_at and local(edition.ends_at),
        "enrolment_opens_at": local(edition.enrolment_opens_at),
        "enrolment_closes_at": local(edition.enrolment_closes_at),
        "teaching_language": edition.language,
        "mode": edition.mode,
        "place": shapes.Place(
            name=location.name,
            street=location.street or None,
            postcode=location.postcode or None,
            city=location.city,
        )
        if location and edition.mode != "online"
        else None,
        "capacity": edition.capacity,
        "minimum": edition.minimum,
        "seats_free": edition.seats_free,
        "enrol_url": enrol_address(edition, language) if takes else None,
    }


def local(moment: datetime) -> datetime:
    """In our own zone: a reader who ignores the offset still sees the hour on the door."""
    return timezone.localtime(moment, ZONE)


def seats_said(edition: Edition, moment: datetime) -> shapes.Seats:
    phase = edition.phase(moment)
    return shapes.Seats(
        edition=edition.code,
        state=phase.value,
        capacity=edition.capacity,
        free=edition.seats_free,
        waiting_list=phase == Phase.FULL,
    )


def open_now(rows: QuerySet[Edition], moment: datetime, *, is_open: bool) -> QuerySet[Edition]:
    """As ``Edition.takes_enrolments`` says it, for many."""
    window = Q(
        Q(ends_at=None) | Q(ends_at__gt=moment),
        state=Edition.State.PUBLISHED,
        enrolment_opens_at__lte=moment,
        enrolment_closes_at__gt=moment,
    )
    return rows.filter(window) if is_open else rows.exclude(pk__in=Edition.objects.filter(window).values("pk"))


@router.get(
    "/editions",
    response=shapes.EditionPage,
    operation_id="listEditions",
    summary=_("List editions"),
    description=_("Editions in the order in which they begin; without from and until those that are not over."),
)
def list_editions(request: HttpRequest, query: Query[shapes.EditionQuery]) -> shapes.EditionPage:
    moment, language = timezone.now(), language_of(request, query.language)
    rows = editions_on_view()
    if query.first is None and query.until is None:
        rows = rows.filter(ends_at__gt=moment)
    if query.first:
        rows = rows.filter(starts_at__gte=datetime.combine(query.first, time.min, ZONE))
    if query.until:
        rows = rows.filter(starts_at__lte=datetime.combine(query.until, time.max, ZONE))
    if query.course:
        rows = rows.filter(course__code=query.course)
    if query.theme:
        rows = rows.filter(course__themes__code=query.theme)
    if query.lab:
        rows = rows.filter(Q(course__provider__code=query.lab) | Q(course__labs__code=query.lab)).distinct()
    if query.teaching_language:
        rows = rows.filter(language=query.teaching_language)
    if query.open is not None:
        rows = open_now(rows, moment, is_open=query.open)
    rows = rows.select_related("course", "provider", "location").order_by("starts_at", "code")
    found, pages = page_of(rows, query, request)
    return shapes.EditionPage(
        items=[shapes.EditionShort(**edition_said(one, language, moment)) for one in found], **pages
    )


@router.get(
    "/editions/{code}",
    response=shapes.Edition,
    operation_id="getEdition",
    summary=_("Get an edition"),
    description=_("One edition with its sessions. Who teaches and where to meet online is for who takes part."),
)
def get_edition(request: HttpRequest, code: shapes.AskedCode, query: Query[shapes.InLanguage]) -> shapes.Edition:
    rows = editions_on_view().select_related("course", "provider", "location").prefetch_related("sessions__room")
    edition = get_object_or_404(rows, code=code)
    language = language_of(request, query.language)
    return shapes.Edition(
        **edition_said(edition, language, timezone.now()),
        sessions=[
            shapes.SessionPlanned(
                number=one.number,
                title=in_language(one, "title", language),
                starts_at=local(one.starts_at),
                ends_at=local(one.ends_at),
                mode=one.mode,
                room=in_language(one.room, "name", language) if one.room else None,
            )
            for one in edition.sessions.all()
        ],
    )


@router.get(
    "/editions/{code}/seats",
    response=shapes.Seats,
    operation_id="getSeats",
    tags=["seats"],
    summary=_("Get the seats of an edition"),
    description=_("How many seats are free now. Small, and never older than a quarter of a minute."),
)
@serve_as(max_age=SEATS_HOLD_SECONDS, keeps=False)
def get_seats(request: HttpRequest, code: shapes.AskedCode) -> shapes.Seats:
    return seats_said(get_object_or_404(editions_on_view(), code=code), timezone.now())


@router.get(
    "/seats",
    response=shapes.SeatsList,
    operation_id="listSeats",
    tags=["seats"],
    summary=_("List the seats of several editions"),
    description=_("The seats of up to a hundred editions at once, in the order in which they were asked for."),
)
@serve_as(max_age=SEATS_HOLD_SECONDS, keeps=False)
def list_seats(request: HttpRequest, query: Query[shapes.SeatsQuery]) -> shapes.SeatsList:
    asked = query.codes.split(",")
    if len(asked) > MOST_SEATS or not all(asked):
        raise BadParameter("codes", f"give one code to {MOST_SEATS}, with commas between.")
    codes = list(dict.fromkeys(asked))
    moment = timezone.now()
    found = {one.code: one for one in editions_on_view().filter(code__in=codes)}
    return shapes.SeatsList(
        items=[seats_said(found[code], moment) for code in codes if code in found],
        missing=[code for code in codes if code not in found],
    )
