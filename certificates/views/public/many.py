"""A list of numbers, pasted or as a file: the verdict on each, on the page or as a file. Nothing of it is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.forms import NumbersForm
from certificates.many import LARGEST, as_csv, verdicts, words
from certificates.uploads import MemoryHandler, is_too_large
from certificates.verification import Verdict
from certificates.views.public.edge import around, asks_too_much, public, with_language

LISTS_PER_MINUTE = 12  # of one address
TONES = {Verdict.VALID: "ok", Verdict.REVOKED: "bad", Verdict.NOT_OURS: "bad"}


@public
def verify_many(request: HttpRequest) -> HttpResponse:
    """The form, and its answer below it."""
    if request.method != "POST":
        return _show(request, NumbersForm())
    if is_too_large(request, LARGEST):
        return _show(request, _refused(_("This list is too long. Check at most 500 numbers at once.")))
    if asks_too_much(request, "verify-many", LISTS_PER_MINUTE):
        return _show(request, _refused(_("You have checked many lists. Try again in a minute.")))
    request.upload_handlers = [MemoryHandler(request)]
    form = NumbersForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form)
    now = timezone.now()
    rows = verdicts(form.cleaned_data["found"], on=timezone.localdate(now))
    if request.POST.get("as") == "csv":
        response = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
        name = f"{_('verdicts')}_{timezone.localdate(now):%Y-%m-%d}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    said = words()
    context = {
        "rows": [
            {
                "row": one,
                "said": said[one.verdict],
                "tone": TONES.get(one.verdict, "warn"),
                "page": with_language(request, "verify", one.typed) if one.said else "",
                "shows": one.said and one.verdict != Verdict.WITHDRAWN,
            }
            for one in rows
        ],
        "numbers": "\n".join(one.typed for one in rows),
        "good": sum(one.verdict == Verdict.VALID for one in rows),
        "at": now,
    }
    return _show(request, NumbersForm(initial={"numbers": context["numbers"]}), **context)


def _refused(said: str) -> NumbersForm:
    form = NumbersForm({}, {})
    form.full_clean()
    form.errors.clear()
    form.add_error("numbers", said)
    return form


def _show(request: HttpRequest, form: NumbersForm, **context: object) -> HttpResponse:
    return render(request, "certificates/verify_many.html", {"form": form, **context, **around(request)})
