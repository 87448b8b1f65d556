"""The programme office's list of accounts that look like one person's: side by side, merged, set apart, taken apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count
from django.urls import URLPattern
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kernel import merging
from lms.kernel.back_office import Decision, ReadOnlyViewSet, Refused, register_decision
from lms.people import merging as actions
from lms.people.models import LikelyDouble, Merge, Role, User

OURS = {"people", "courses", "enrolments", "certificates", "desk", "outbox"}
BOTH = gettext_lazy(
    "Everything of the two is put together: enrolments, certificates, roles, addresses. You can undo it."
)


@dataclass(frozen=True)
class Line:
    """One thing about both accounts."""

    label: str
    one: Any
    other: Any

    @property
    def is_same(self) -> bool:
        return bool(self.one == self.other)


def side_by_side(one: User, other: User) -> list[Line]:
    """What is known of both, and how much hangs on each; as many queries as there are kinds of things."""
    people = User.objects.prefetch_related("emailaddress_set", "employments__organisation").in_bulk([one.pk, other.pk])
    both = (people[one.pk], people[other.pk])
    facts: list[tuple[str, Callable[[User], Any]]] = [
        (_("Name"), lambda user: user.full_name),
        (_("E-mail address"), lambda user: user.email),
        (_("Other addresses"), _other_addresses),
        (_("Employer"), lambda user: _listed(str(e.organisation) for e in user.employments.all())),
        (_("Account since"), lambda user: timezone.localtime(user.date_joined).date()),
        (_("Last sign-in"), lambda user: user.last_login and timezone.localtime(user.last_login).date()),
        (_("Language"), lambda user: user.get_language_display()),
    ]
    lines = [Line(label, *(read(user) for user in both)) for label, read in facts]
    for model, name in merging.links_to(User):
        if model._meta.app_label not in OURS or apps.get_model(model._meta.label)._meta.auto_created:
            continue
        counted = model._base_manager.filter(**{f"{name}__in": [one.pk, other.pk]}).order_by().values_list(name)
        found = dict(counted.annotate(number=Count("pk")))
        if found:
            column: Any = model._meta.get_field(name)
            label = capfirst(f"{model._meta.verbose_name_plural} ({column.verbose_name})")
            lines.append(Line(label, found.get(one.pk, 0), found.get(other.pk, 0)))
    return lines


def _other_addresses(user: User) -> str:
    addresses = user.emailaddress_set.all()  # type: ignore[attr-defined]  # allauth's
    return _listed(one.email for one in addresses if not one.primary)


def _listed(words: Any) -> str:
    return ", ".join(sorted(set(words)))


class _InspectDouble(ReadOnlyViewSet.inspect_view_class):
    """Both accounts beside each other."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"lines": side_by_side(self.object.one, self.object.other)}


class LikelyDoubleViewSet(ReadOnlyViewSet):
    model = LikelyDouble
    icon = "copy"
    menu_label = gettext_lazy("Likely doubles")
    may_view = (Role.OFFICER, Role.AUDITOR)
    list_display = ["__str__", "reason", "state", "found_at"]
    list_filter = ["state", "reason"]
    list_select_related = ["one", "other"]
    search_fields = ["one__email", "other__email", "one__family_name"]
    ordering = ["-state", "-found_at"]
    inspect_view_class = _InspectDouble
    inspect_template_name = "back_office/likely_double.html"
    inspect_view_fields = ["reason", "state", "found_at"]
    says = {
        "likely_double.merged": gettext_lazy("Merged"),
        "likely_double.set_apart": gettext_lazy("Two people"),
        "likely_double.reopened": gettext_lazy("Back on the list"),
    }


class MergeViewSet(ReadOnlyViewSet):
    model = Merge
    icon = "resubmit"
    menu_label = gettext_lazy("Merges")
    may_view = (Role.OFFICER, Role.AUDITOR)
    list_display = ["gone_email", "kept", "by", "at", "undone_at"]
    list_select_related = ["kept", "by"]
    search_fields = ["gone_email", "kept__email"]
    ordering = "-at"
    inspect_view_fields = ["kept", "gone_email", "by", "at", "undone_by", "undone_at"]


def _merge(kept: str, gone: str) -> Callable[[LikelyDouble, User], str]:
    def carry_out(double: LikelyDouble, by: User) -> str:
        try:
            merge = actions.merge_people(getattr(double, kept), getattr(double, gone), by=by, at=timezone.now())
        except actions.MergeRefused as refused:
            raise Refused(" ".join(refused.reasons)) from None
        return _("Merged: %(gone)s is now part of %(kept)s.") % {"gone": merge.gone_email, "kept": merge.kept.email}

    return carry_out


def _set_apart(double: LikelyDouble, by: User) -> str:
    actions.set_apart(double, by=by, at=timezone.now())
    return _("Noted: these are two people. They are not offered again.")


def _look_again(double: LikelyDouble, by: User) -> str:
    actions.look_again(double, by=by, at=timezone.now())
    return _("They are back on the list.")


def _undo(merge: Merge, by: User) -> str:
    try:
        actions.undo_merge(merge, by=by, at=timezone.now())
    except actions.MergeRefused as refused:
        raise Refused(" ".join(refused.reasons)) from None
    return _("Taken apart: %(email)s is an account of its own again.") % {"email": merge.gone_email}


def decisions() -> list[URLPattern]:
    """What the office decides, each on a page that asks again."""

    def is_open(double: LikelyDouble) -> bool:
        return double.state == LikelyDouble.State.OPEN and double.one.is_active and double.other.is_active

    asked = [
        Decision(
            model=LikelyDouble, name="keep_older", label=gettext_lazy("Merge, keep the older account"), question=BOTH,
            verb="edit", icon="resubmit", carry_out=_merge("one", "other"), possible=is_open,
        ),
        Decision(
            model=LikelyDouble, name="keep_newer", label=gettext_lazy("Merge, keep the newer account"), question=BOTH,
            verb="edit", icon="resubmit", carry_out=_merge("other", "one"), possible=is_open,
        ),
        Decision(
            model=LikelyDouble, name="different", label=gettext_lazy("These are two people"),
            question=gettext_lazy("They look alike but are two people? Then they are not offered again."),
            verb="edit", icon="cross", carry_out=_set_apart, possible=is_open,
        ),
        Decision(
            model=LikelyDouble, name="again", label=gettext_lazy("Look again"),
            question=gettext_lazy("Put these two back on the list?"), verb="edit", icon="undo", carry_out=_look_again,
            possible=lambda double: double.state == LikelyDouble.State.DIFFERENT,
        ),
        Decision(
            model=Merge, name="undo", label=gettext_lazy("Take apart again"),
            question=gettext_lazy(
                "Everything that came along goes back, as far as it is still there. What was done since stays with the "
                "account that stayed."
            ),
            verb="edit", icon="undo", carry_out=_undo, possible=lambda merge: merge.undone_at is None, is_serious=True,
        ),
    ]  # fmt: skip
    return [address for decision in asked for address in register_decision(decision)]
