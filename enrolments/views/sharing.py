"""What a learner shares with employers: every grant with its switch, what it shows, and what was done with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from enrolments.actions.sharing import stop_sharing_with
from enrolments.models import Enrolment, Grant
from enrolments.views.taken import Share
from lms.kernel.models import Event
from lms.kernel.panels import panels_of
from lms.people.models import Organisation
from lms.people.requests import SignedInRequest

SHOWN = 50


@dataclass(frozen=True)
class Shared:
    """One enrolment with an employer on it: what may be shared of it, switch by switch."""

    enrolment: Enrolment

    @property
    def edition(self) -> object:
        return self.enrolment.edition

    @property
    def shares(self) -> list[Share]:
        given = {grant.scope: grant for grant in self.enrolment.grants.all() if grant.revoked_at is None}
        return [Share(scope.value, str(scope.label), given.get(scope.value)) for scope in Grant.Scope]


@dataclass
class Employer:
    """One employer, what it may see, and what happened."""

    organisation: Organisation
    works_there: bool
    enrolments: list[Shared] = field(default_factory=list)
    history: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def shares_anything(self) -> bool:
        return any(share.grant for one in self.enrolments for share in one.shares)


@never_cache
@login_required
@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """Employer by employer; without an employer it says so."""
    return render(
        request,
        "enrolments/my_sharing.html",
        {"employers": _employers(request), "panels": panels_of("my_sharing", request)},
    )


@login_required
@require_POST
def stop(request: SignedInRequest, employer: UUID) -> HttpResponse:
    """Everything off with one employer, in one go."""
    mine = Grant.objects.filter(learner=request.user).values("organisation")
    company = get_object_or_404(Organisation.objects.filter(pk__in=mine), uuid=employer)
    stopped = stop_sharing_with(company, request.user, by=request.user, at=timezone.now())
    messages.success(
        request,
        ngettext(
            "%(employer)s no longer sees the %(count)s thing you shared.",
            "%(employer)s no longer sees the %(count)s things you shared.",
            stopped,
        )
        % {"employer": company, "count": stopped},
    )
    return redirect("enrolments:my_sharing")


def _employers(request: SignedInRequest) -> list[Employer]:
    """In a fixed number of queries, the employer of the newest enrolment first."""
    user = request.user
    enrolments = (
        Enrolment.objects.filter(learner=user, employer__isnull=False)
        .select_related("edition__course", "employer")
        .prefetch_related(Prefetch("grants", Grant.objects.order_by("granted_at")))
    )
    today = timezone.localdate()
    at_work = set(user.employments.current(today).values_list("organisation", flat=True))
    found: dict[int, Employer] = {}
    for enrolment in enrolments:
        if (company := enrolment.employer) is None:
            continue  # never: the query asks for those with an employer
        employer = found.setdefault(company.pk, Employer(company, company.pk in at_work))
        if enrolment.state in Enrolment.LIVE:
            employer.enrolments.append(Shared(enrolment))
        employer.history += _told(enrolment)
    exports = _exports(list(found), since=min((one.created_at for one in enrolments), default=None))
    for pk, employer in found.items():
        employer.history = sorted([*employer.history, *exports[pk]], reverse=True)[:SHOWN]
    return list(found.values())


def _told(enrolment: Enrolment) -> list[tuple[datetime, str]]:
    """What was shared and taken back, from the grants themselves."""
    said = []
    for grant in enrolment.grants.all():
        words = {"what": grant.get_scope_display(), "course": enrolment.edition.course}
        said.append((grant.granted_at, _("You shared: %(what)s of %(course)s") % words))
        if grant.revoked_at:
            said.append((grant.revoked_at, _("You stopped sharing: %(what)s of %(course)s") % words))
    return said


def _exports(companies: Sequence[int], *, since: datetime | None) -> dict[int, list[tuple[datetime, str]]]:
    """The lists of people that someone of HR took away since the learner was among them."""
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    if since is None:
        return found
    events = Event.objects.filter(
        object_type=ContentType.objects.get_for_model(Organisation),
        object_id__in=[str(pk) for pk in companies],
        verb="employer.exported",
        at__gte=since,
    ).select_related("by")
    for event in events:
        said = _("%(who)s downloaded the list of employees") % {"who": event.by or _("Someone")}
        found[int(event.object_id)].append((event.at, said))
    return found
