"""Wagtail's admin as our back office: permissions from our roles, rows from our scopes, events for every change.

Wagtail's own viewsets ask per model, not per row (measured on 8.0.1: a policy that denies an instance still shows it
in list, export and edit form). So every viewset of ours derives from ScopedViewSet: each of its views reads its rows
through ``rows``, forms and filters offer only what the user may choose, and what is saved must lie within the scope.
"""

from lms.kernel.back_office.decisions import Decision, Refused, Remark, register_decision
from lms.kernel.back_office.scopes import RolePolicy, choosable, every_viewset, viewset_of
from lms.kernel.back_office.views import SPREADSHEETS, ScopedFilterSet
from lms.kernel.back_office.viewsets import ReadOnlyViewSet, ScopedViewSet

__all__ = [
    "SPREADSHEETS",
    "Decision",
    "ReadOnlyViewSet",
    "Refused",
    "Remark",
    "RolePolicy",
    "ScopedFilterSet",
    "ScopedViewSet",
    "choosable",
    "every_viewset",
    "register_decision",
    "viewset_of",
]
