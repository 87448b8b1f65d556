"""What we ask of search engines: come in, but not into rooms where people have to sign in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

# Rooms by the page at their door; each has an address in every language.
DOORS = (
    "enrolments:my",
    "enrolments:trainer",
    "enrolments:check_in",
    "certificates:mine",
    "certificates:office",
    "kpis:office",
)
CLOSED = ("/accounts/", "/beheer/", "/dev/", "/i18n/", "/s/", "/v/", "/metrics", "/healthz", "/readyz")


def doors() -> list[str]:
    """The addresses of those rooms in all languages; one inside another is named by the outer."""
    found: set[str] = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            for name in DOORS:
                try:
                    found.add(reverse(name))
                except NoReverseMatch:  # it wants to know whose
                    continue
    return sorted(one for one in found if not any(one != other and one.startswith(other) for other in found))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt. A copy of the site for trying things out wants nobody."""
    if settings.LMS_MAY_BE_INDEXED:
        refused = [f"Disallow: {address}" for address in [*CLOSED, *doors()]]
        lines = ["User-agent: *", *refused, "", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}"]
    else:
        lines = ["User-agent: *", "Disallow: /"]
    text = "\n".join([*lines, ""])
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response
