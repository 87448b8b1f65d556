"""Going back on a contract, and the lines to invoice."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import Edition
from enrolments import actions
from enrolments.invoices import headings, invoice_lines
from enrolments.models import Order
from enrolments.terms import day_of_refund, owed_for_held
from lms.kernel.spreadsheets import csv_file, xlsx_file
from lms.kernel.states import TransitionRefused
from lms.people.requests import SignedInRequest

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_contract(request: SignedInRequest, code: str) -> HttpResponse:
    """Says what it means, then withdraws; the receipt goes out by mail. Nobody has to give a reason."""
    at = timezone.now()
    mine = Order.objects.filter(enrolment__learner=request.user, is_consumer=True)
    order = get_object_or_404(mine.select_related("enrolment__edition__course"), enrolment__code=code)
    edition = order.enrolment.edition
    if request.method == "POST":
        try:
            actions.withdraw_contract(order, by=request.user, at=at)
        except TransitionRefused:
            messages.info(request, _("This contract can no longer be withdrawn."))
        else:
            messages.success(request, _("You withdrew from the contract. We mailed you the receipt."))
        return redirect("enrolments:enrolment", code=code)
    if not order.may_be_withdrawn(at):
        messages.info(request, _("This contract can no longer be withdrawn."))
        return redirect("enrolments:enrolment", code=code)
    owed = owed_for_held(order.cents, edition.sessions.all(), at) if order.early_start_asked_at else 0
    context = {
        "order": order,
        "edition": edition,
        "owed": owed,
        "back": order.cents - owed,
        "refund_by": day_of_refund(at),
    }
    return render(request, "enrolments/withdraw_contract.html", context)


@login_required
@require_safe
def invoice_lines_file(request: SignedInRequest, edition: str, file_format: str) -> HttpResponse:
    """What the house may invoice for one edition, for its own bookkeeping."""
    if file_format not in FORMATS:
        raise Http404
    found = get_object_or_404(Edition.objects.allowing(request.user, "invoice"), code=edition)
    rows = list(invoice_lines(found))
    words = _("invoice-lines")
    is_csv = file_format == "csv"
    content = csv_file([headings(), *rows]) if is_csv else xlsx_file(headings(), rows, title=found.code)
    return HttpResponse(
        content,
        content_type=FORMATS[file_format],
        headers={"Content-Disposition": f'attachment; filename="{words}_{found.code}.{file_format}"'},
    )
