"""A company enrols a group in four screens: choose an edition, say who, check, and see it done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Q, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Edition
from enrolments import actions
from enrolments.actions.asking import approvals_needed
from enrolments.actions.reserved import owed_back, reservations
from enrolments.group_forms import MappingForm, NewGroupForm, PersonForm, WishForm
from enrolments.groups.mapping import KINDS
from enrolments.groups.standing import news_of
from enrolments.models import Enrolment, GroupEnrolment, GroupRow
from enrolments.resources import GroupReportResource, remark_on
from enrolments.tasks import group_go_on
from lms.kernel import menu
from lms.kernel.spreadsheets import xlsx_file
from lms.kernel.states import TransitionRefused
from lms.people.actions import find_or_create_employer
from lms.people.models import Organisation, Role
from lms.people.requests import SignedInRequest

PER_PAGE = 100
GROUPS_PER_PAGE = 20
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
STEPS = (gettext_lazy("Edition"), gettext_lazy("Who comes"), gettext_lazy("Check"), gettext_lazy("Report"))
ONE_BY_ONE = gettext_lazy(
    "People are approved one by one for this edition. Send a list that takes the places there are, without places to "
    "be named later."
)
State, Wish, Verdict = GroupEnrolment.State, GroupEnrolment.Wish, GroupRow.Verdict


# Who ------------------------------------------------------------------------------------------------------------------


def _companies(request: SignedInRequest) -> list[Organisation]:
    """The companies whose HR this is; nobody's, for someone who may do it for any company. Others find no page."""
    companies = list(Organisation.objects.filter(pk__in=request.user.organisations_as(Role.HR)).order_by("name"))
    if not companies and not request.user.holds(Role.COORDINATOR, Role.OFFICER):
        raise Http404
    return companies


def _editions(request: SignedInRequest, companies: list[Organisation]) -> Any:
    """Where a group may be enrolled now: by HR anywhere, by others in the editions that are theirs."""
    now = timezone.now()
    editions = Edition.objects.all() if companies else Edition.objects.allowing(request.user, "edit")
    return editions.open_at(now).filter(starts_at__gt=now).order_by("starts_at", "code")


def group_of(request: SignedInRequest, uuid: UUID) -> GroupEnrolment:
    mine = GroupEnrolment.objects.allowing(request.user, "view")
    return get_object_or_404(mine.select_related("edition__course", "edition__provider", "employer"), uuid=uuid)


def _company_on_view(request: SignedInRequest, companies: list[Organisation]) -> Organisation | None:
    wanted = request.GET.get("company", "")
    return next((one for one in companies if str(one.uuid) == wanted), companies[0] if companies else None)


# One and two: where and who -------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def groups(request: SignedInRequest) -> HttpResponse:
    """The groups of before, and the way to a new one."""
    companies = _companies(request)
    company = _company_on_view(request, companies)
    found = (
        GroupEnrolment.objects.allowing(request.user, "view")
        .with_counts_as_told()
        .select_related("edition__course", "employer")
    )
    if company is not None:
        found = found.filter(employer=company)
    return render(
        request,
        "enrolments/groups/list.html",
        {
            "companies": companies,
            "company": company,
            "groups": Paginator(found, GROUPS_PER_PAGE).get_page(request.GET.get("page")),
            "query": _query(company, companies),
            "employer_menu": list(menu.entries(request, "employer")) if company else [],
            "company_query": f"?{query}" if (query := _query(company, companies)) else "",
        },
    )


@login_required
@never_cache
@require_safe
def editions(request: SignedInRequest) -> HttpResponse:
    """For which edition; nothing in here is more than the catalogue tells anyone."""
    companies = _companies(request)
    company = _company_on_view(request, companies)
    found = _editions(request, companies).with_schedule()
    words = request.GET.get("q", "").strip()[:80]
    for word in words.split():
        found = found.filter(
            Q(course__title_nl__icontains=word) | Q(course__title_en__icontains=word) | Q(code__icontains=word)
        )
    return render(
        request,
        "enrolments/groups/editions.html",
        {
            "companies": companies,
            "company": company,
            "editions": Paginator(found, GROUPS_PER_PAGE).get_page(request.GET.get("page")),
            "words": words,
            "steps": STEPS,
            "query": _query(company, companies),
            "search": urlencode({"q": words}) if words else "",
        },
    )


def _query(company: Organisation | None, companies: list[Organisation]) -> str:
    return urlencode({"company": str(company.uuid)}) if company and len(companies) > 1 else ""


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest, edition: str) -> HttpResponse:
    """Who comes. What cannot be read is said beside where it was given; what was typed stays."""
    companies = _companies(request)
    found = get_object_or_404(_editions(request, companies).with_schedule(), code=edition)
    company = _company_on_view(request, companies)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewGroupForm(*sent, companies=companies, company=company)
    if sent and form.is_valid() and (taken := _taken_in(request, found, companies, form)):
        return redirect("enrolments:group", uuid=taken.uuid)
    return render(
        request,
        "enrolments/groups/new.html",
        {"edition": found, "company": company, "form": form, "steps": STEPS, "has_staff": "staff" in form.fields},
    )


def _taken_in(
    request: SignedInRequest, edition: Edition, companies: list[Organisation], form: NewGroupForm
) -> GroupEnrolment | None:
    said, now = form.cleaned_data, timezone.now()
    if companies:
        employer = said.get("company") or form.known_company or companies[0]
    else:
        name, number = said["company_name"], said["company_kvk"]
        employer = find_or_create_employer(name=name, kvk_number=number, by=request.user, at=now)
    try:
        group = actions.take_in_group(
            employer, edition, form.listed, source=form.source, seats_asked=said.get("seats") or 0,
            file_name=form.file_name, reference=said["reference"], by=request.user, at=now,
        )  # fmt: skip
    except actions.EnrolmentClosed:
        form.add_error(None, _("This edition no longer takes enrolments. Choose another."))
        return None
    if group.state != State.CHECKING:
        messages.info(request, _("You sent this list before. Nothing was changed; this is what became of it."))
    elif group.created_at < now == group.changed_at:
        messages.info(
            request,
            _("You sent this list before. The places without a name and the reference are as you sent them now."),
        )
    return group


@login_required
@require_safe
def example(request: SignedInRequest) -> HttpResponse:
    """A list to fill in."""
    _companies(request)
    headings = [_("Given name"), _("Prefix"), _("Family name"), _("E-mail address"), _("Department")]
    content = xlsx_file(headings, [["Sanne", "de", "Vries", "sanne@example.com", "Assemblage"]], title=_("Group"))
    return _file(content, f"{slugify(_('Group'))}.xlsx", "xlsx")


def _file(content: bytes, name: str, file_format: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[file_format],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )


# Three and four: check, run, report -----------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def group(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One group, as far as it is: to be checked, being enrolled, waiting, done."""
    one = group_of(request, uuid)
    return render(
        request, "enrolments/groups/check.html" if one.state == State.CHECKING else "enrolments/groups/report.html",
        about(request, one),
    )  # fmt: skip


def about(request: SignedInRequest, one: GroupEnrolment, **more: Any) -> dict[str, Any]:
    now = timezone.now()
    totals = one.rows.totals()
    show = request.GET.get("show", "")
    rows = one.rows.select_related("enrolment")
    if show in Verdict.values:
        rows = rows.filter(verdict=show)
    errors_first = Case(When(verdict=Verdict.ERROR, then=Value(0)), default=Value(1), output_field=IntegerField())
    page = Paginator(rows.order_by(errors_first, "number"), PER_PAGE).get_page(request.GET.get("page"))
    news = {} if one.state == State.CHECKING else news_of(one, list(page), at=now)
    lines = [(row, remark_on(row), offers_change(row, one, now), news.get(row.pk)) for row in page]
    outcomes = one.rows.outcomes()
    asks = approvals_needed(one.edition, one.employer, by=request.user, is_from_employer=one.is_from_employer)
    reserved = reservations(one, one.edition, at=now) if one.state == State.CHECKING else []
    needed = totals["good"] + one.seats_asked
    done, of = sum(count for outcome, count in outcomes.items() if outcome), totals["good"]
    if one.state == State.UNDOING:
        done, of = outcomes[GroupRow.Outcome.UNDONE], done - outcomes[GroupRow.Outcome.REPLACED]
    return {
        "group": one,
        "edition": one.edition,
        "steps": STEPS,
        "totals": totals,
        "outcomes": outcomes,
        "needed": needed,
        "missing": max(needed - one.seats_held, 0) if one.state == State.WAITING else 0,
        "done": done,
        "of": of,
        "rows": page,
        "lines": lines,
        "show": show,
        "verdicts": [(value, label, totals[value]) for value, label in Verdict.choices if totals[value]],
        "query": urlencode({"show": show}) if show in Verdict.values else "",
        "mapping": MappingForm(one),
        "columns": [(heading, KINDS.get(kind, "")) for heading, kind in _columns(one)],
        "wish": WishForm(initial={"wish": Wish.PART if asks else one.wish}, one_by_one=bool(asks)),
        "asks": asks,
        "person": PersonForm(auto_id="id_name_%s"),
        "can_be_undone": one.can_be_undone(now),
        "reserved_again": len(owed_back(one, at=now)) if one.can_be_undone(now) else 0,
        "takes_names": one.takes_names(now),
        "reserved_before": sum(earlier.seats_held for earlier in reserved),
        **more,
    }


def _columns(one: GroupEnrolment) -> list[tuple[str, str]]:
    headings = [*one.headings, *[""] * len(one.mapping)]
    return [
        (headings[place] or _("Column %(number)s") % {"number": place + 1}, kind)
        for place, kind in enumerate(one.mapping)
    ]


def offers_change(row: GroupRow, one: GroupEnrolment, now: Any) -> bool:
    """Whether someone else may be sent. A row of who enrolled alone offers it too, or its lack would tell of that."""
    begun = one.edition.starts_at is not None and one.edition.starts_at <= now
    if row.enrolment is None:
        placed, waits = row.outcome == GroupRow.Outcome.PLACED, row.outcome == GroupRow.Outcome.WAITLISTED
    elif row.enrolment.group_id != one.pk:  # changed editions with a colleague: now of that group
        return False
    else:
        placed = row.enrolment.state == Enrolment.State.CONFIRMED
        waits = row.enrolment.state == Enrolment.State.WAITLISTED
    return not begun and (placed or (waits and one.state == State.WAITING))


@login_required
@require_POST
def columns(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Say what each column holds."""
    one = group_of(request, uuid)
    form = MappingForm(one, request.POST)
    if form.is_valid():
        try:
            actions.map_columns(one, form.kinds, by=request.user, at=timezone.now())
        except TransitionRefused:
            messages.warning(request, _("This was decided already."))
    return redirect("enrolments:group", uuid=uuid)


@login_required
@require_POST
def row(request: SignedInRequest, uuid: UUID, number: int) -> HttpResponse:
    """Mend one row, or leave it out; what is still wrong with it stands beside it on the page."""
    one = group_of(request, uuid)
    found = get_object_or_404(one.rows.select_related("group__employer", "group__edition"), number=number)
    said = {name: request.POST.get(name, "")[:300] for name in ("given_name", "name_prefix", "family_name", "email")}
    try:
        actions.mend_row(found, said, by=request.user, at=timezone.now(), leave_out="leave_out" in request.POST)
    except TransitionRefused:
        messages.warning(request, _("This was decided already."))
    show = request.POST.get("show", "")
    address = reverse("enrolments:group", args=[uuid])
    return redirect(f"{address}?{urlencode({'show': show})}#rows" if show in Verdict.values else f"{address}#rows")


@login_required
@require_POST
def run(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Enrol the good rows: a few at once, more in the background."""
    one = group_of(request, uuid)
    form = WishForm(request.POST)
    if not form.is_valid():
        return render(request, "enrolments/groups/check.html", about(request, one, wish=form))
    try:
        actions.begin_group(one, wish=form.cleaned_data["wish"], by=request.user, at=timezone.now())
    except (
        actions.ApprovedOneByOne, actions.EnrolmentClosed, actions.NobodyToEnrol, actions.GroupTooLarge,
        actions.RowsToMend,
    ) as refused:  # fmt: skip
        form.add_error("wish" if not isinstance(refused, actions.EnrolmentClosed) else None, _why(refused))
        return render(request, "enrolments/groups/check.html", about(request, one, wish=form))
    except TransitionRefused:
        messages.warning(request, _("This was decided already."))
    else:
        _go_on(one)
    return redirect("enrolments:group", uuid=uuid)


def _why(refused: Exception) -> str:
    match refused:
        case actions.GroupTooLarge():
            return _("This edition has %(capacity)s places in all. Take the places there are, or divide the group.") % {
                "capacity": refused.capacity
            }
        case actions.RowsToMend():
            return _("Some rows have an error. Mend them or leave them out first: you want everyone or nobody.")
        case actions.ApprovedOneByOne():
            return str(ONE_BY_ONE)
        case actions.NobodyToEnrol():
            return _("There is nobody to enrol. Mend a row first.")
        case _:
            return _("This edition no longer takes enrolments.")


def _go_on(one: GroupEnrolment) -> None:
    one.refresh_from_db()
    if one.rows.totals()["good"] <= actions.AT_ONCE:
        actions.carry_out_group(one, at=timezone.now())
    else:
        group_go_on.delay_on_commit(one.pk)


@login_required
@require_POST
def drop(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Throw the list away."""
    one = group_of(request, uuid)
    try:
        actions.drop_group(one, by=request.user)
    except TransitionRefused:
        messages.warning(request, _("This was decided already."))
        return redirect("enrolments:group", uuid=uuid)
    messages.success(request, _("The list was thrown away. Nobody was enrolled."))
    return redirect("enrolments:groups")


@login_required
@require_POST
def undo(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Take a run back, within a day."""
    one = group_of(request, uuid)
    try:
        actions.undo_group(one, by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.warning(request, _("This can no longer be undone."))
    else:
        _go_on(one)
    return redirect("enrolments:group", uuid=uuid)


@login_required
@require_safe
def report(request: SignedInRequest, uuid: UUID, file_format: str) -> HttpResponse:
    """What became of every row, as a spreadsheet; before the run, what is wrong with which."""
    if file_format not in CONTENT_TYPES:
        raise Http404
    one = group_of(request, uuid)
    rows = one.rows.order_by("number")
    news = {} if one.state == State.CHECKING else news_of(one, rows, at=timezone.now())
    content = GroupReportResource(news).as_file(rows, file_format, title=one.edition.code)
    name = f"{slugify(one.employer.name)}_{one.edition.code}_{timezone.localdate():%Y-%m-%d}.{file_format}"
    return _file(content, name, file_format)
