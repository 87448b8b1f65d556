"""The tags and filters of our pages. They hold no rule of their own: formats.py, forms.py and context.py do."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urljoin

from django import forms, template
from django.conf import settings
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lms.kernel import context as page_context
from lms.kernel import formats
from lms.kernel import forms as page_forms
from lms.kernel.languages import current_language, in_language

register = template.Library()

# Eight drawings; a ninth course starts again at the first.
COVERS = 8


# Pictures ------------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A drawn icon from the sprite; always decoration, the words stand beside it."""
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>',
        f"i {css}".strip(),
        static("sprite.svg"),
        name,
    )


@register.simple_tag
def cover(number: int, eager: bool = False) -> SafeString:
    """The drawing that belongs to a course number, cropped by its box. ``eager`` where it is in sight at once."""
    which = (int(number or 1) - 1) % COVERS + 1
    return format_html(
        '<img class="cover cover--{}" src="{}" alt="" width="640" height="400" loading="{}" decoding="async">',
        which,
        static(f"covers/p{which:02d}.svg"),
        "eager" if eager else "lazy",
    )


# Words ---------------------------------------------------------------------------------------------------------------


@register.filter
def localised(thing: Any, field: str) -> str:
    """``{{ course|localised:"title" }}``: title_nl or title_en, the other where this one is empty; mappings too."""
    if thing is None:
        return ""
    if isinstance(thing, dict):
        first = current_language()
        other = "en" if first == "nl" else "nl"
        return str(thing.get(f"{field}_{first}") or thing.get(f"{field}_{other}") or "")
    return in_language(thing, field)


def of_something(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """A filter that says nothing of nothing: most facts may be missing, and no template should have to ask."""

    def write_or_not(value: Any) -> str:
        return "" if value is None or value == "" else write(value)

    return write_or_not


WRITERS: dict[str, Callable[[Any], str]] = {
    "long_date": formats.long_date,  # donderdag 4 maart 2027
    "plain_date": formats.plain_date,  # 4 maart 2027
    "day_month": formats.day_month,  # 4 maart
    "short_date": formats.short_date,  # do 4 mrt
    "short_date_year": formats.short_date_year,  # do 4 mrt 2027
    "table_date": formats.table_date,  # 04-03-2027
    "short_weekday": formats.short_weekday,  # do
    "short_month": formats.short_month,  # mrt
    "day_number": lambda value: str(formats.day_of(value).day),  # 4
    "year_number": lambda value: str(formats.day_of(value).year),  # 2027
    "iso_day": lambda value: formats.day_of(value).isoformat(),  # 2027-03-04, for the attribute of <time>
    "date_time": formats.date_time,  # 4 maart 2027 om 09.00 uur
    "clock_time": formats.clock_time,  # 09.00 uur
    "money": formats.money,  # € 1.250, from cents
    "percentage": formats.percentage,  # 83,3%, from 83.3
    "hours": formats.hours,  # 2 uur 15 min, from hours or a timedelta
}
for name, write in WRITERS.items():
    register.filter(name, of_something(write))


@register.filter
def number(value: Any, decimals: int | None = None) -> str:
    """1.263; ``|number:1`` for a fixed number of decimals"""
    return "" if value is None or value == "" else formats.number(value, decimals)


@register.simple_tag
def date_range(first: date, last: date) -> str:
    """4 t/m 25 maart 2027"""
    return formats.date_range(first, last)


@register.simple_tag
def time_range(start: time | datetime, end: time | datetime) -> str:
    """09.00–16.30 uur"""
    return formats.time_range(start, end)


@register.simple_tag
def day(value: date | None, style: str = "short") -> str | SafeString:
    """``<time datetime="2027-03-04">do 4 mrt</time>``; styles: long, plain, month, short, year, table."""
    if value is None:
        return ""
    said = formats.DAY_STYLES[style](value)
    return format_html('<time datetime="{}">{}</time>', formats.day_of(value).isoformat(), said)


# Around the page -----------------------------------------------------------------------------------------------------


@register.simple_tag
def site_identity() -> page_context.Identity:
    """Who we are, for templates that are drawn without a request, such as mails."""
    return page_context.identity()


@register.simple_tag(takes_context=True)
def other_languages(context: Context) -> list[dict[str, str]]:
    """This page in the other languages: those of the Wagtail page on view, else those of its address."""
    if "request_path" in context:
        # Django's "not found": a page that is not there is not there in the other language either.
        return []
    page, request = context.get("page"), context.get("request")
    if request is not None and hasattr(page, "get_translations"):
        return page_context.translations_of_page(page, request)
    return list(context.get("translations") or [])


# Forms ---------------------------------------------------------------------------------------------------------------


@register.filter
def dressed(form: forms.BaseForm) -> forms.BaseForm:
    """A package's form, with our classes and templates on its fields."""
    return page_forms.adopt(form)


@register.filter
def summary_of(form: forms.BaseForm) -> list[tuple[str, str]]:
    """What the error summary lists."""
    return page_forms.errors_of(form)


@register.filter
def has_errors(form: Any) -> bool:
    """Whether the page answers a form that was not right: its title then says so first."""
    return bool(getattr(form, "is_bound", False) and form.errors)


# Drawings from figures -----------------------------------------------------------------------------------------------


@register.simple_tag
def bullet_marks(value: Any, target: Any = None) -> dict[str, float | None]:
    """The bar and the mark of a bullet chart on a track of 100: room for a tenth above the larger of the two."""
    got, wanted = float(value or 0), float(target or 0)
    full = max(got, wanted) * 1.1 or 1.0
    return {"bar": round(max(got, 0) / full * 100, 1), "mark": round(wanted / full * 100, 1) if wanted else None}


@register.filter
def unlocalised(value: float) -> str:
    """A figure inside a drawing: a point, never a comma."""
    return f"{value:g}"


@register.filter
def seat_width(capacity: int) -> str:
    """How wide that many ticks of 6, two apart, are."""
    return str(max(capacity * 8 - 1, 1))


@register.simple_tag
def seat_marks(taken: int, capacity: int) -> list[dict[str, Any]]:
    """One tick per seat, the taken ones first."""
    return [{"x": seat * 8, "taken": seat < taken} for seat in range(capacity)]


@register.simple_tag
def ring_length(done: int, total: int) -> str:
    """How much of the progress ring (radius 52, so 326.7 round) is drawn, as a stroke-dasharray."""
    share = min(max(done / total, 0), 1) if total else 0
    return f"{share * 326.7:.1f} 326.7"


# Mails ---------------------------------------------------------------------------------------------------------------


@register.simple_tag
def absolute_static(path: str) -> str:
    """The whole address of a static file: a mail has no page to be relative to."""
    return urljoin(settings.LMS_BASE_URL + "/", static(path))
