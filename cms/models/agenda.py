"""What begins soon."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.addresses import in_other_words
from cms.models.base import BasePage


class AgendaPage(BasePage):
    """All editions that are still to begin, soonest first."""

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("agenda")
        verbose_name_plural = _("agendas")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.cards import agenda  # it reads these models

        return super().get_context(request, *args, **kwargs) | agenda.agenda(self, request, timezone.now())

    def query_elsewhere(self, request: HttpRequest, language: str) -> str:
        from cms.cards.agenda import params  # it reads these models

        return in_other_words(request.GET, params, language)
