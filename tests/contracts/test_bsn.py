"""No citizen service number (BSN) gets in: every form that takes free text refuses one, beside the field."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.forms.forms import BaseForm
from django.urls import get_resolver, reverse
from wagtail.models import get_page_models

from courses.models import Subsidy
from lms.kernel import back_office
from lms.kernel.bsn import looks_like_bsn
from lms.kernel.forms import AccessibleForm, GuardedForm, Text, guard, is_free_text, refuse_bsn, refuse_bsn_of_nine

pytestmark = pytest.mark.once

OURS = ("lms", "courses", "enrolments", "certificates", "cms")
BSN = "111222333"

# What takes text and is no way in, and why.
ELSEWHERE = {
    "lms.people.sign_in_forms.SignInForm",  # an address and a password, which allauth looks up
    "lms.people.sign_in_forms.AddAppForm",  # six digits
    "lms.people.sign_in_forms.SecondStepForm",  # six digits, or a recovery code
    "lms.people.sign_in_forms.ShowItIsYouForm",
    "enrolments.attendance_forms.RowForm",  # minutes, at most as many as the session has
    "lms.kernel.choosers.ScopedChooserViewSet.filter_form_class.<locals>.FilterForm",  # what a list is searched for
    "courses.back_office.importing.FileForm",  # a file: its cells are looked at one by one
}


def every_form() -> list[type[BaseForm]]:
    """All forms of ours, wherever they are written down."""
    for name in OURS:
        for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            if ".migrations" not in module.name and ".settings" not in module.name and "asgi" not in module.name:
                importlib.import_module(module.name)
    assert get_resolver().url_patterns  # the edges that are loaded by address
    found = {one for one in _under(BaseForm) if one.__module__.partition(".")[0] in OURS}
    return sorted(found, key=lambda one: f"{one.__module__}.{one.__qualname__}")


def _under(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from _under(one)


def in_the_back_office() -> set[type[BaseForm]]:
    """Forms of viewsets: those are guarded where a viewset makes them."""
    return {
        form
        for viewset in back_office.every_viewset()
        for base in [viewset.get_form_class()]
        for form in base.__mro__
        if issubclass(form, BaseForm)
    }


def test_every_form_that_takes_text_is_guarded() -> None:
    open_ones = []
    forms_of_ours = every_form()
    office = in_the_back_office()
    for form in forms_of_ours:
        takes_text = any(is_free_text(field) for field in form.base_fields.values())  # type: ignore[attr-defined]
        if takes_text and not issubclass(form, GuardedForm) and form not in office:
            open_ones.append(f"{form.__module__}.{form.__qualname__}")
    assert sorted(open_ones) == sorted(one for one in open_ones if one in ELSEWHERE)


def test_every_free_text_of_every_guarded_form_refuses_one() -> None:
    looked_at = 0
    for kind in every_form():
        if not issubclass(kind, GuardedForm):
            continue
        form = guard(type("Bare", (forms.Form,), dict(kind.base_fields))())  # type: ignore[attr-defined]
        for name, field in form.fields.items():
            if is_free_text(field):
                looked_at += 1
                with pytest.raises(ValidationError) as refused:
                    field.run_validators(BSN)
                assert "bsn" in {one.code for one in refused.value.error_list}, (kind, name)
    assert looked_at > 60


def test_every_page_of_the_site_is_guarded_when_it_is_written() -> None:
    ours = [model for model in get_page_models() if model.__module__.startswith("cms.")]
    assert ours
    assert [model for model in ours if not issubclass(model.get_edit_handler().get_form_class(), GuardedForm)] == []


def test_what_a_device_answers_is_no_text() -> None:
    class Answer(GuardedForm, forms.Form):
        credential = forms.JSONField()

    assert Answer({"credential": f'{{"id": "{BSN}"}}'}).is_valid()


def test_a_field_that_a_form_adds_later_is_guarded_too() -> None:
    class Grown(AccessibleForm, forms.Form):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["late"] = forms.CharField()

    assert Grown({"late": f"It is {BSN}"}).has_error("late", "bsn")


@pytest.mark.parametrize(
    "text",
    [
        "111222333",
        "111.222.333",
        "1112.22.333",
        "111 222 333",
        "111-222-333",
        "BSN: 111222333.",
        "in 2027 111222333",
        "10000008",  # 010000008: the nought in front was lost
        "mijn nummer is 10000008",
        "100.00.008",
    ],
)
def test_it_is_seen_however_it_is_written(text) -> None:
    assert looks_like_bsn(text)
    with pytest.raises(ValidationError):
        refuse_bsn(text)


@pytest.mark.parametrize(
    "text",
    [
        "111222334",
        "0612345678",
        "+31 6 11122233 3",
        "+31 111222333",
        "0031 111 222 333",
        "1112223330",
        "Fabriek 4",
        "2027-03-04",
        "KvK 10000008",
        "KvK-nummer: 10000008",
        "bestelnummer 10000008",
        "20270304",
        "12.03.2027",
    ],
)
def test_other_numbers_are_left_alone(text) -> None:
    assert not looks_like_bsn(text)


def test_where_a_number_of_eight_digits_belongs_only_nine_are_refused() -> None:
    Text(numbers=True).clean("10000008")
    with pytest.raises(ValidationError):
        Text(numbers=True).clean(BSN)
    with pytest.raises(ValidationError):
        refuse_bsn_of_nine(BSN)


def test_the_back_office_says_so_beside_the_field(client, officer, db) -> None:
    client.force_login(officer)
    said = {"name_nl": f"Voucher {BSN}", "name_en": "Voucher", "text_nl": "x", "text_en": "x"}
    page = client.post(reverse("subsidies:add"), said)
    assert page.context["form"].has_error("name_nl", "bsn")
    assert not Subsidy.objects.exists()
