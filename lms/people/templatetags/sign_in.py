"""What the pages about signing in ask."""

from allauth.socialaccount.adapter import get_adapter
from django import template
from django.template.context import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def has_sign_in_providers(context: Context) -> bool:
    """Whether an institution or an employer brings its own way of signing in."""
    return bool(get_adapter().list_apps(context["request"]))
