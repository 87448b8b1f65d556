"""The few answers that are no page: to a course's page by its code, its editions as they stand, a calendar file."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cms.cards import course_page
from cms.catalogue import LONGEST_QUESTION
from cms.comparing import Comparison
from cms.guide import Guide
from cms.models import CoursePage, StandardPage
from cms.search.suggesting import suggestions as suggestions_for
from courses.calendar import edition_calendar
from courses.models import Edition
from lms.kernel.languages import current_language


def _page_of(code: str) -> CoursePage:
    """The live page of a course in the language of the address."""
    pages = CoursePage.objects.live().select_related("course", "locale").defer("body")
    return get_object_or_404(pages, course__code=code, locale__language_code=current_language())


@require_safe
def course(request: HttpRequest, code: str) -> HttpResponse:
    """The lasting address of a course, for rooms that know the course and not the tree of pages."""
    return redirect(_page_of(code).get_url(request))


@require_safe
@vary_on_headers("Accept-Language", "Cookie")
def short(request: HttpRequest, code: str) -> HttpResponse:
    """A course's short address leads to its page in the visitor's language; in the other where there is only that."""
    pages = CoursePage.objects.live().filter(course__code__iexact=code).select_related("locale").defer("body")
    by_language = {one.locale.language_code: one for one in pages}
    page = by_language.get(get_language_from_request(request)) or next(iter(by_language.values()), None)
    if page is None:
        raise Http404
    return redirect(page.get_url(request))


@require_safe
def editions(request: HttpRequest, code: str) -> HttpResponse:
    """How the editions of a course stand now. Opened as a page it leads to the course's page."""
    page = _page_of(code)
    if not request.headers.get("HX-Request"):
        response: HttpResponse = redirect(f"{page.get_url(request)}#data")
    else:
        context = course_page.offered(page.course, timezone.now()) | {"page": page, "apart": True}
        if request.GET.get("v") == context["version"]:
            response = HttpResponse(status=204)  # no news: the page stays as it is, focus and all
        else:
            response = render(request, "cms/course_page.html#live", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """An edition's sessions for the visitor's own calendar. Where to meet online is for who takes part."""
    edition = get_object_or_404(
        Edition.objects.exclude(state=Edition.State.DRAFT)
        .filter(course__pages__live=True)
        .select_related("course", "location")
        .prefetch_related("sessions__room__location")
        .distinct(),
        code=code,
    )
    return HttpResponse(
        edition_calendar(edition, at=timezone.now(), language=current_language()),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{edition.code}.ics"'},
    )


@require_safe
def standard(request: HttpRequest, part: str) -> HttpResponse:
    """The page that is this part of the site, such as the privacy statement."""
    pages = StandardPage.objects.live().filter(locale__language_code=current_language()).defer("body")
    page = pages.filter(part=part).exclude(part="").first()
    return redirect(get_object_or_404(pages, pk=page.pk if page else None).get_url(request))


# Finding a course ----------------------------------------------------------------------------------------------------


@require_safe
@cache_control(public=True, max_age=300)
def suggestions(request: HttpRequest) -> JsonResponse:
    """What the search box offers while someone types; the same for everyone, so that a cache may keep it."""
    question = request.GET.get("q", "")[:LONGEST_QUESTION]
    return JsonResponse({"suggestions": [vars(one) for one in suggestions_for(question, request)]})


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Courses beside each other; which ones the address says."""
    return render(request, "cms/compare.html", {"comparison": Comparison(request, timezone.now())})


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """The choice helper: a question, or the advice once all are answered."""
    return render(request, "cms/guide.html", {"guide": Guide(request, timezone.now())})
