"""The rooms of the site, for pages that are no pages of Wagtail."""

from django import template
from django.template.context import Context

from cms.menus import Entry, entries_of

register = template.Library()


@register.simple_tag(takes_context=True)
def place(context: Context, name: str) -> Entry | None:
    """``{% place "courses" as catalogue %}``: title and address of a room in this language; nothing while there is
    none, or nobody asked.
    """
    request = context.get("request")
    return entries_of(request).get(name) if request is not None else None
