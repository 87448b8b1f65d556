"""What letters about different things share: addresses, when and where, what else there is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Course, Edition, Mode, Session
from enrolments.models import Enrolment, Order
from lms.kernel import formats
from lms.kernel.languages import in_language

ALTERNATIVES = 3
Facts = list[tuple[str, str]]


def absolute(name: str, *args: Any) -> str:
    """The whole address of a page in the active language."""
    return settings.LMS_BASE_URL + reverse(name, args=args)


def page_of(enrolment: Enrolment) -> str:
    """The learner's own page of an enrolment; opening it changes nothing."""
    return absolute("enrolments:enrolment", enrolment.code)


def about_edition(edition: Edition) -> dict[str, Any]:
    """What every letter about an edition names."""
    return {
        "course": edition.course.title,
        "kicker": f"{edition.code} · {edition.provider.name}",
        "provider": edition.provider.name,
        "funding": in_language(edition, "funding_notice"),
        "emblem": edition.funding_emblem,
        "starts_on": formats.plain_date(edition.starts_at) if edition.starts_at else "",
    }


def facts_of(edition: Edition) -> Facts:
    """When and where. Sessions at one time of day are said in one line, others one by one."""
    sessions = list(edition.sessions.all())
    facts: Facts = []
    if len({_hours_of(session) for session in sessions}) == 1:
        facts += [(_("When"), _days_of(sessions)), (_("Time"), _hours_of(sessions[0]))]
    else:
        facts += [(formats.short_date_year(session.starts_at), _hours_of(session)) for session in sessions]
    if edition.mode == Mode.ONLINE:
        facts.append((_("Where"), _("Online")))
    elif edition.location:
        facts.append((_("Where"), f"{edition.location.name}, {edition.location.address}"))
    return facts


def _hours_of(session: Session) -> str:
    return formats.time_range(session.starts_at, session.ends_at)


def _days_of(sessions: list[Session]) -> str:
    """``4 donderdagen, 4 t/m 25 maart 2027``: the weekday only when all fall on the same one."""
    first, last = sessions[0].starts_at, sessions[-1].starts_at
    if len(sessions) == 1:
        return formats.long_date(first)
    span, count = formats.date_range(first, last), len(sessions)
    weekdays = {formats.day_of(session.starts_at).weekday() for session in sessions}
    if len(weekdays) > 1:
        return _("%(count)s days, %(span)s") % {"count": count, "span": span}
    names = [
        _("%(count)s Mondays, %(span)s"),
        _("%(count)s Tuesdays, %(span)s"),
        _("%(count)s Wednesdays, %(span)s"),
        _("%(count)s Thursdays, %(span)s"),
        _("%(count)s Fridays, %(span)s"),
        _("%(count)s Saturdays, %(span)s"),
        _("%(count)s Sundays, %(span)s"),
    ]
    return names[weekdays.pop()] % {"count": count, "span": span}


def price_of(order: Order) -> str:
    """With what it says about VAT, as the order page did."""
    regime = Course.VatRegime
    vat: dict[str, str] = {
        regime.STANDARD_21: _("of which VAT %(amount)s") % {"amount": formats.money(order.vat_cents)},
        regime.EXEMPT_CRKBO: _("exempt from VAT"),
    }
    return f"{formats.money(order.cents)}, {vat.get(order.vat_regime, _('no VAT'))}"


def alternatives_to(edition: Edition, at: datetime) -> list[dict[str, str]]:
    """The next editions of the same course that take enrolments."""
    others = Edition.objects.open_at(at).upcoming(at).filter(course=edition.course_id).exclude(pk=edition.pk)
    return [
        {
            "when": formats.date_range(other.starts_at, other.ends_at) if other.starts_at and other.ends_at else "",
            "where": other.location.city if other.location else _("Online"),
            "url": absolute("enrolments:enrol", other.code),
        }
        for other in others.select_related("location")[:ALTERNATIVES]
    ]
