"""What certificates shows in rooms of other apps: the learner's own, and those shared with an employer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from certificates.actions.sharing import links_to
from certificates.models import Certificate, CertificateQuerySet, EarlierCertificate, Share
from certificates.reading import reading_of
from certificates.to_come import letters_lacking, lines_of
from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.kernel.panels import Column, Panel
from lms.people.models import Organisation, Role, User

PER_PAGE = 50
KEEPERS = (Role.COORDINATOR, Role.OFFICER, Role.AUDITOR)
PAGE = "certificates"  # its own name: the room pages through its people with "page"


def keeps_certificates(user: User) -> bool:
    """Whether the office's list of certificates is a room of this person."""
    return user.holds(*KEEPERS)


def my_certificates(request: HttpRequest) -> dict[str, Any]:
    """Everything somebody ever got from us, newest first, and whether something is still being made."""
    found = Certificate.objects.filter(enrolment__learner=request.user.pk, erased_at=None)
    found = found.select_related("enrolment__edition__course", "programme")
    today = timezone.localdate()
    renewable = set(found.to_be_renewed(today).values_list("pk", flat=True))
    shown = [
        {
            "certificate": one,
            "said": reading_of(one.snapshot),
            "expired": one.is_expired(today),
            "renew": (one.programme or one.enrolment.edition.course).code if one.pk in renewable else "",
        }
        for one in found
    ]
    return {"certificates": shown, "busy": any(one.state == Certificate.State.REQUESTED for one in found)}


def to_come(request: HttpRequest) -> dict[str, Any] | None:
    """What somebody earned and does not have yet, and what they can do about it themselves."""
    user = cast(User, request.user)
    lines = lines_of(user, at=timezone.now())
    return {"lines": lines, "letters": letters_lacking(user), "name": user.full_name} if lines else None


def in_my_room(request: HttpRequest) -> dict[str, Any] | None:
    """On the my page only when there is one: somebody new has enough to read."""
    context = my_certificates(request)
    return context if context["certificates"] else None


def shared_with(request: HttpRequest) -> CertificateQuerySet:
    """What learners share now with the company on view: the one named, else the first by name, as the room has it."""
    user = cast(User, request.user)
    companies = Organisation.objects.filter(pk__in=user.organisations_as(Role.HR)).order_by("name")
    if wanted := request.GET.get("company"):
        chosen = [company.pk for company in companies if str(company.uuid) == wanted]
    else:
        chosen = [company.pk for company in companies[:1]]
    found: CertificateQuerySet = Certificate.objects.all().shared_with(set(chosen))
    return found.select_related("enrolment__learner").order_by("snapshot__learner__name", "-issued_at", "pk")


def expiring_for(request: HttpRequest) -> CertificateQuerySet:
    """Of what is shared now with the company on view, what runs out within ninety days, soonest first."""
    today = timezone.localdate()
    soon = (today, today + Certificate.RENEW_WITHIN)
    return shared_with(request).filter(expires_on__range=soon).not_renewed().order_by("expires_on", "pk")


def expiring_in_the_employers_room(request: HttpRequest) -> dict[str, Any] | None:
    """On the overview only when something runs out."""
    number = expiring_for(request).count()
    return {"number": number, "company": request.GET.get("company", "")} if number else None


def in_the_employers_room(request: HttpRequest) -> dict[str, Any] | None:
    """The shared certificates, a page at a time."""
    page = Paginator(shared_with(request), PER_PAGE).get_page(request.GET.get(PAGE))
    query = request.GET.copy()
    query.pop(PAGE, None)
    return {
        "page": page,
        "rows": [{"certificate": one, "said": reading_of(one.snapshot), "expired": one.is_expired()} for one in page],
        "total": page.paginator.count,
        "company": request.GET.get("company", ""),
        "address": f"?{query.urlencode()}{'&' if query else ''}{PAGE}=",
    }


def downloads_of_mine(request: HttpRequest) -> dict[str, Any] | None:
    """Who of an employer took a certificate of this learner, and when; nothing when nobody did. Three queries."""
    mine = {str(one.pk): one for one in Certificate.objects.filter(enrolment__learner=request.user.pk)}
    if not mine:
        return None
    events = (
        Event.objects.filter(
            object_type=ContentType.objects.get_for_model(Certificate),
            object_id__in=list(mine),
            verb="certificate.downloaded",
        )
        .exclude(by=request.user.pk)
        .select_related("by")
        .order_by("-at", "-pk")[:PER_PAGE]
    )
    systems = Organisation.objects.in_bulk([one.data["organisation"] for one in events if "organisation" in one.data])
    rows = [
        {
            "at": one.at,
            "by": one.by or systems.get(one.data.get("organisation", 0)),
            "said": reading_of(mine[one.object_id].snapshot),
        }
        for one in events
    ]
    return {"rows": rows} if rows else None


def links_of_mine(request: HttpRequest) -> dict[str, Any] | None:
    """Every link of this learner's that works, whatever the certificate; nothing when there is none. One query."""
    found = Share.objects.allowing(cast(User, request.user), "share").working(timezone.now())
    rows = [
        one | {"said": reading_of(one["share"].certificate.snapshot)}
        for one in links_to(found.select_related("certificate"))
    ]
    return {"rows": rows} if rows else None


LINKS = Panel("my_sharing", 5, "certificates/panel_links.html", links_of_mine)
DOWNLOADS = Panel("my_sharing", 10, "certificates/panel_downloads.html", downloads_of_mine)


def beside_participants(request: HttpRequest, rows: Collection[models.Model]) -> dict[int, SafeString | str]:
    """The newest certificate of each enrolment on view, with the way to it; only what this person may see."""
    own = Certificate.objects.visible_to(cast(User, request.user)).filter(programme=None)
    found = own.filter(enrolment__in=[one.pk for one in rows])
    return {
        one.enrolment_id: render_to_string(
            "certificates/in_a_table.html", {"certificate": one, "expired": one.is_expired()}
        )
        for one in found.order_by("pk")
    }


def in_the_cockpit(request: HttpRequest) -> dict[str, Any] | None:
    """On an edition's page once somebody finished: the way to its certificates."""
    code = request.resolver_match.kwargs.get("edition", "") if request.resolver_match else ""
    found = Certificate.objects.filter(enrolment__edition__code=code, programme=None)
    number = found.exclude(state=Certificate.State.REQUESTED).count()
    finished = number or Enrolment.objects.filter(edition__code=code).exclude(outcome="").exists()
    return {"code": code, "number": number} if finished else None


def earlier_of_mine(request: HttpRequest) -> dict[str, Any] | None:
    """What somebody got before the platform, as it was taken over; nothing for who has none."""
    found = list(EarlierCertificate.objects.of(cast(User, request.user)).select_related("batch"))
    return {"certificates": found} if found else None


EARLIER = Panel("my", 41, "certificates/panel_earlier.html", earlier_of_mine)
COCKPIT = Panel("cockpit", 40, "certificates/panel_cockpit.html", in_the_cockpit)
TO_COME = Panel("my", 39, "certificates/panel_to_come.html", to_come)
MINE = Panel("my", 40, "certificates/panel_my.html", in_my_room)
PARTICIPANTS = Column("participants", 40, _("Certificate"), beside_participants)
EXPIRING = Panel("employer", 20, "certificates/panel_expiring.html", expiring_in_the_employers_room)
