"""No model keeps personal data in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from lms.kernel.privacy import REGISTER, declare, terms
from lms.people.models import User
from lms.privacy.management.commands.privacy_register import register_as_markdown
from lms.privacy.running import preview
from tests.factories import NOW


def test_every_model_is_declared() -> None:
    silent = [model._meta.label for model in apps.get_models() if model not in REGISTER]
    assert silent == []


def test_whatever_points_at_a_person_in_our_apps_is_declared_personal() -> None:
    ours = ("lms.", "courses", "enrolments", "certificates", "cms")
    missed = [
        f"{model._meta.label}.{field.name}"
        for model, declaration in REGISTER.items()
        if model.__module__.startswith(ours)
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and field.related_model is User
        and field.name not in declaration.personal
        and declaration.personal == ()
    ]
    assert missed == []


PERSONAL = {model: one for model, one in REGISTER.items() if one.personal}


def test_whatever_is_personal_can_be_found_and_erased() -> None:
    """Found by account, address or number, which also exports it, and erased; or it says why that cannot be."""
    lacking = [
        model._meta.label
        for model, one in PERSONAL.items()
        if not one.elsewhere and not ((one.owner or one.address or one.number) and one.erase)
    ]
    assert lacking == [], "declare owner, address or number, and erase; see lms.kernel.privacy"


def test_every_term_runs_by_itself() -> None:
    """What has no term of its own goes with something that has one."""
    by_label = {model._meta.label: one for model, one in REGISTER.items()}
    endless = []
    for model, one in PERSONAL.items():
        passed = set()
        while not one.terms and one.follows and one.follows not in passed:
            passed.add(one.follows)
            one = by_label[one.follows]
        if not one.terms:
            endless.append(model._meta.label)
    assert endless == [], "declare terms, or with which model's rows these go (follows)"


def test_every_rule_can_be_asked_what_it_would_take(db: None) -> None:
    assert {due.now for due in preview(NOW)} == {0}
    assert len({term.name for term in terms()}) == len(terms())


def test_a_personal_field_needs_purpose_ground_and_term() -> None:
    with pytest.raises(ValueError, match="without saying why"):
        declare(User, personal=["email"])


def test_a_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no field"):
        declare(User, personal=["bsn"], purpose="x", ground="x", keep="x")


def test_there_is_no_bsn_anywhere() -> None:
    fields = [f"{model._meta.label}.{field.name}" for model in apps.get_models() for field in model._meta.get_fields()]
    assert [name for name in fields if "bsn" in name.lower() or "national_id" in name.lower()] == []


def test_the_page_about_personal_data_is_up_to_date() -> None:
    page = Path(settings.BASE_DIR / "docs/privacy.md")
    assert page.read_text(encoding="utf-8") == register_as_markdown(), (
        "run: manage.py privacy_register > docs/privacy.md"
    )
