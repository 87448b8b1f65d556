"""The head of our pages; what is in it is decided in cms.head."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone

from cms import head
from cms.models import BasePage

register = template.Library()


@register.inclusion_tag("cms/parts/head.html", takes_context=True)
def page_head(context: Context) -> dict[str, Any]:
    """Canonical address, languages, share picture, feeds and structured data of the page on view."""
    page, request = context.get("page"), context.get("request")
    if request is None or not isinstance(page, BasePage):
        return {}
    shown: dict[str, Any] = {str(name): value for name, value in context.flatten().items()}
    return {"head": head.head_of(page, shown, request, timezone.now()), "site": context["site_identity"]}
