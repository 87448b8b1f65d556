"""The catalogue in and out: send a spreadsheet, look at what it would change, and only then let it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin import messages

from courses.actions import AT_ONCE, begin_import, carry_out_import, check_again, check_import, take_in_file
from courses.back_office.pages import for_the_house, office_page
from courses.dry_run import PlannedRow
from courses.exports import SHEETS, sheet_as_csv, workbook
from courses.imports import FileRefused
from courses.models import CatalogueImport
from courses.resources import BY_SHEET
from courses.tasks import import_go_on
from lms.kernel.back_office import SPREADSHEETS
from lms.kernel.states import TransitionRefused
from lms.people.requests import SignedInRequest

PER_PAGE = 100
RECENT = 10
VERDICTS = {
    "error": gettext_lazy("With an error"),
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "same": gettext_lazy("Unchanged"),
}
State = CatalogueImport.State


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy("Of type .xlsx or .csv, at most 5 MB. Nothing is changed before you have seen what."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


@for_the_house
def catalogue_page(request: SignedInRequest) -> HttpResponse:
    """Export, and the first step of an import."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            taken = take_in_file(
                sent.read(), name=sent.name or "", language=get_language() or "nl", by=request.user, at=timezone.now()
            )
        except FileRefused as refused:
            form.add_error("file", str(refused))
        else:
            _go_on(taken)
            return redirect("catalogue_import", taken.uuid)
    return office_page(
        request,
        "back_office/catalogue.html",
        title=_("Import and export"),
        icon="table",
        form=form,
        sheets=[(sheet, BY_SHEET[sheet].title) for sheet in SHEETS],
        recent=CatalogueImport.objects.allowing(request.user, "view").defer("sheets")[:RECENT],
    )


def _go_on(one: CatalogueImport) -> None:
    """At once for a file that takes a second or two; the worker does longer ones."""
    if one.rows_total > AT_ONCE:
        import_go_on.delay_on_commit(one.pk)
    elif one.state == State.APPLYING:
        carry_out_import(one, at=timezone.now())
    else:
        check_import(one, at=timezone.now())


@for_the_house
def import_page(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """What the file would do, row by row; and the decision that it is to be done."""
    mine = CatalogueImport.objects.allowing(request.user, "view").select_related("by")
    one = get_object_or_404(mine, uuid=uuid)
    if request.method == "POST":
        return _decided(request, one)
    verdict = request.GET.get("show", "")
    rows = [row for row in one.plan if row["verdict"] == verdict] if verdict in VERDICTS else _first_what_matters(one)
    counts = one.counts
    return office_page(
        request,
        "back_office/catalogue_import.html",
        title=one.file_name,
        icon="table",
        above=[(reverse("catalogue"), _("Import and export"))],
        one=one,
        is_busy=one.state in {State.WAITING, State.APPLYING},
        todo=counts["new"] + counts["changed"],
        counts=[(name, label, counts[name]) for name, label in VERDICTS.items()],
        shown=verdict if verdict in VERDICTS else "",
        query=f"{urlencode({'show': verdict})}&" if verdict in VERDICTS else "",
        rows=_drawn(Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))),
    )


def _first_what_matters(one: CatalogueImport) -> list[PlannedRow]:
    """Errors before changes, changes before what stays; within each in the order of the file."""
    order = list(VERDICTS)
    found: list[PlannedRow] = sorted(one.plan, key=lambda row: order.index(row["verdict"]))
    return found


def _drawn(page: Any) -> Any:
    for row in page:
        row["sheet_title"], row["verdict_label"] = BY_SHEET[row["sheet"]].title, VERDICTS[row["verdict"]]
    return page


def _decided(request: SignedInRequest, one: CatalogueImport) -> HttpResponse:
    now = timezone.now()
    try:
        if "again" in request.POST:
            check_again(one, by=request.user, at=now)
        elif "apply" in request.POST:
            begin_import(one, by=request.user, at=now)
        _go_on(one)
    except TransitionRefused:  # a double click
        messages.warning(request, _("This was decided already."))
        return redirect("catalogue_import", one.uuid)
    if one.state == State.APPLIED:
        messages.success(request, _("Applied: %(count)s rows new or changed.") % {"count": one.rows_done})
    elif "apply" in request.POST and one.state in {State.READY, State.REFUSED}:
        messages.warning(
            request, _("Meanwhile something changed. Nothing was applied: look again at what it would do.")
        )
    return redirect("catalogue_import", one.uuid)


@for_the_house
def export_page(request: SignedInRequest, name: str, file_format: str) -> HttpResponse:
    """The whole catalogue as a workbook, or one sheet of it as CSV: what this person may change."""
    if file_format == "xlsx" and name == "catalogue":
        content = workbook(request.user)
    elif file_format == "csv" and name in SHEETS:
        content = sheet_as_csv(name, request.user)
    else:
        raise Http404
    title = f"{name}_{timezone.localdate():%Y-%m-%d}.{file_format}"
    return HttpResponse(
        content,
        content_type=SPREADSHEETS[file_format],
        headers={"Content-Disposition": f'attachment; filename="{title}"', "Cache-Control": "private, no-store"},
    )
