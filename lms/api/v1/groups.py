"""For an employer's own system: enrol a group, as often as it takes to be sure that it arrived, and follow it.

What becomes of a list is decided where HR's own pages have it decided (``start_group_enrolment``); here is only what
is sent, said again to who asks again, and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from django.utils.translation import override
from ninja import Header, Query, Router

from courses.models import Edition
from enrolments import actions
from enrolments.groups.reading import listed_rows
from enrolments.groups.verdicts import judge_anew
from enrolments.models import GroupEnrolment, GroupEnrolmentQuerySet, GroupRow
from enrolments.resources import remark_on
from enrolments.tasks import group_go_on
from lms.api.catalogue import absolute
from lms.api.keys import EmployerKey, token_of
from lms.api.languages import language_of
from lms.api.problems import Problem
from lms.api.v1 import group_shapes as shapes
from lms.api.v1.editions import local
from lms.api.v1.shapes import InLanguage
from lms.api.v1.texts import page_of
from lms.kernel.forms import refuse_bsn_of_nine
from lms.kernel.models import Event
from lms.people.models import ApiToken
from lms.people.once import SaidOtherwise, answered_once, key_for

router = Router(tags=["groups"])

WRITE_GROUPS = EmployerKey(ApiToken.Scope.WRITE_GROUPS)
KEY: Any = Header(
    ...,
    alias="Idempotency-Key",
    description=_("Any text of your own that names this group, up to 200 characters."),
    examples=["order-2027-0042"],
)
Verdict, Outcome = GroupRow.Verdict, GroupRow.Outcome


@router.get(
    "/groups",
    response=shapes.GroupPage,
    auth=WRITE_GROUPS,
    operation_id="listEmployerGroups",
    summary=_("List your group enrolments"),
    description=_("Newest first, also those that HR sent in on its pages. Scope: groups:write."),
)
def list_employer_groups(request: HttpRequest, query: Query[shapes.GroupQuery]) -> shapes.GroupPage:
    rows = _groups_of(request)
    if query.edition:
        rows = rows.filter(edition__code=query.edition)
    if query.state:
        rows = rows.filter(state=query.state)
    found, pages = page_of(rows.order_by("-created_at", "-pk"), query, request)
    counts = GroupRow.objects.filter(group__in=[one.pk for one in found]).counts()
    return shapes.GroupPage(items=[shapes.Group(**_said(one, counts.get(one.pk, {}))) for one in found], **pages)


@router.post(
    "/groups",
    response={202: shapes.Group},
    auth=WRITE_GROUPS,
    operation_id="enrolEmployerGroup",
    summary=_("Enrol a group"),
    description=_(
        "Everyone gets a verdict; who can be enrolled is, in the background. Nobody has to click anything. With the "
        "same Idempotency-Key and the same body you get the same answer and nothing is done twice; use a key of your "
        "own for each group. Keys are kept for two days. Scope: groups:write."
    ),
)
def enrol_employer_group(
    request: HttpRequest,
    response: HttpResponse,
    said: shapes.NewGroup,
    key: shapes.IdempotencyKey = KEY,
) -> dict[str, Any]:
    token, now = token_of(request), timezone.now()
    _refuse_bsn_in(purchase_order=said.purchase_order)
    words = said.model_dump()
    try:
        answer = answered_once(
            token.organisation, key=f"groups {key}", said=words, do=lambda: _started(token, said, key, now), at=now
        )
    except SaidOtherwise:
        raise Problem(
            422, "This Idempotency-Key was used for another group. Send this one under a key of its own."
        ) from None
    response.headers["Location"] = answer["url"]
    return answer


@router.get(
    "/groups/{id}",
    response=shapes.GroupWithRows,
    auth=WRITE_GROUPS,
    operation_id="getEmployerGroup",
    summary=_("Get a group enrolment"),
    description=_(
        "How far it is, the totals, and for every row what the check says and what became of it. A row names no "
        "enrolment: it says the same of someone who was enrolled already, of which an employer hears nothing. Scope: "
        "groups:write."
    ),
)
def get_employer_group(request: HttpRequest, id: UUID, query: Query[InLanguage]) -> shapes.GroupWithRows:
    group = get_object_or_404(_groups_of(request), uuid=id)
    rows = list(group.rows.order_by("number"))
    counts = GroupRow.objects.filter(group=group).counts()
    with override(language_of(request, query.language)):
        return shapes.GroupWithRows(**_said(group, counts.get(group.pk, {})), rows=list(_rows_said(rows)))


# Enrolling ------------------------------------------------------------------------------------------------------------


def _started(token: ApiToken, said: shapes.NewGroup, key: str, now: datetime) -> dict[str, Any]:
    """Take the list in and ring for its run; what cannot be is a problem, and nothing is kept."""
    company = token.organisation
    edition = Edition.objects.published().filter(code=said.edition).first()
    if edition is None:
        raise Problem(404, f"edition: there is no edition {said.edition} to enrol in.")
    rows = [row.model_dump() for row in said.rows]
    try:
        group = actions.start_group_enrolment(
            company, edition, rows, wish=said.wish, key=key_for(company, key), by=None, at=now,
            seats=said.seats_without_name, reference=said.purchase_order,
        )  # fmt: skip
    except actions.EnrolmentClosed:
        raise Problem(409, "edition: this edition takes no enrolments now.") from None
    except actions.GroupTooLarge as refused:
        raise Problem(
            409, f"rows: this edition has {refused.capacity} places in all. Ask for a part, or divide the group."
        ) from None
    except actions.ApprovedOneByOne:
        raise Problem(
            409, "wish: people are approved one by one for this edition. Ask for a part, without places without a name."
        ) from None
    except actions.KeyTaken:
        raise SaidOtherwise(key) from None
    except actions.NobodyToEnrol:
        raise _nobody(rows, token, edition, now) from None
    Event.record(group, "group.sent_in", by=None, at=now, data={"token": token.pk})
    group_go_on.delay_on_commit(group.pk)
    counts = GroupRow.objects.filter(group=group).counts()
    return shapes.Group(**_said(group, counts.get(group.pk, {}))).model_dump(mode="json")


def _nobody(rows: list[dict[str, str]], token: ApiToken, edition: Edition, now: datetime) -> Problem:
    """Nothing to be done: said of each row, so that the asker need not guess."""
    judged = judge_anew(listed_rows(rows), token.organisation, edition, on=timezone.localdate(now))
    errors = [
        {
            "parameter": f"rows.{number}",
            "detail": f"{row.verdict}: {remark_on(row)}" if row.problem else str(row.verdict),
        }
        for number, row in enumerate(judged)
    ]
    return Problem(
        409, "rows: there is nobody to enrol. Every row has an error, or is there already.", errors=errors[:100]
    )


def _refuse_bsn_in(**texts: str) -> None:
    for name, text in texts.items():
        try:
            refuse_bsn_of_nine(text)
        except ValidationError:
            detail = "looks like a citizen service number (BSN), which we may not keep."
            raise Problem(422, f"{name}: {detail}", errors=[{"parameter": name, "detail": detail}]) from None


# Telling --------------------------------------------------------------------------------------------------------------


def _groups_of(request: HttpRequest) -> GroupEnrolmentQuerySet:
    groups: GroupEnrolmentQuerySet = GroupEnrolment.objects.filter(employer=token_of(request).organisation)
    return groups.select_related("edition")


def _said(group: GroupEnrolment, counts: dict[tuple[str, str], int]) -> dict[str, Any]:
    """``counts``: how many rows by verdict and outcome."""

    def number(*, verdicts: Iterable[str] = Verdict.values, outcomes: Iterable[str] = ("", *Outcome.values)) -> int:
        return sum(n for (verdict, outcome), n in counts.items() if verdict in verdicts and outcome in outcomes)

    nothing_to_do = [Verdict.ENROLLED, Verdict.WAITING, Verdict.TWICE, Verdict.LEFT_OUT]
    is_undoing = group.state == GroupEnrolment.State.UNDOING
    to_undo = [one for one in Outcome.values if one != Outcome.REPLACED]
    path = reverse("api:get_employer_group", kwargs={"id": group.uuid})
    return {
        "id": group.uuid,
        "edition": group.edition.code,
        "state": group.state,
        "wish": group.wish,
        "source": group.source,
        "purchase_order": group.reference or None,
        "progress": shapes.GroupProgress(
            done=number(verdicts=GroupRow.GOOD, outcomes=[Outcome.UNDONE] if is_undoing else Outcome.values),
            of=number(verdicts=GroupRow.GOOD, outcomes=to_undo) if is_undoing else number(verdicts=GroupRow.GOOD),
        ),
        "totals": shapes.GroupTotals(
            rows=number(),
            placed=number(outcomes=[Outcome.PLACED]),
            waitlisted=number(outcomes=[Outcome.WAITLISTED]),
            requested=number(outcomes=[Outcome.REQUESTED]),
            replaced=number(outcomes=[Outcome.REPLACED]),
            undone=number(outcomes=[Outcome.UNDONE]),
            skipped=number(verdicts=nothing_to_do, outcomes=[""]),
            errors=number(verdicts=[Verdict.ERROR]),
        ),
        "seats_without_name": group.seats_held if group.state == GroupEnrolment.State.DONE else 0,
        "names_until": group.names_until and local(group.names_until),
        "waits_until": group.waits_until and local(group.waits_until),
        "created_at": local(group.created_at),
        "finished_at": group.finished_at and local(group.finished_at),
        "can_be_undone_until": group.can_be_undone_until and local(group.can_be_undone_until),
        "url": absolute(path),
        "page_url": urljoin(settings.LMS_BASE_URL, reverse("enrolments:group", args=[group.uuid])),
    }


def _rows_said(rows: Iterable[GroupRow]) -> Iterator[shapes.RowOfGroup]:
    for row in rows:
        yield shapes.RowOfGroup(
            row=row.number,
            given_name=row.given_name,
            name_prefix=row.name_prefix or None,
            family_name=row.family_name,
            email=row.email,
            department=row.department or None,
            verdict=row.verdict,
            problem=row.problem or None,
            detail=remark_on(row) or None,
            outcome=row.outcome or None,
        )
