"""What pages say in the words of schema.org, from the facts that the page itself shows.

Builders from facts to dictionaries; what is unknown is left out, never guessed. Persons are in it only as trainers
whose names stand on the page as well. An NLQF level is said only with its register number (the law forbids otherwise).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from cms.cards.course_page import PAYERS
from cms.cards.courses import CourseCard
from cms.cards.editions import EditionRow
from cms.models import (
    AgendaPage,
    BasePage,
    CourseIndexPage,
    CoursePage,
    HomePage,
    LabPage,
    StoryPage,
    ThemePage,
)
from courses.models import Course, CourseSkill, Edition, Location, Price, Session, Skill
from courses.phases import Phase
from lms.kernel import formats
from lms.kernel.context import Identity
from lms.kernel.languages import current_language, in_language
from lms.people.models import Organisation

Node = dict[str, Any]
CONTEXT = "https://schema.org"

MODES = {"onsite": "Onsite", "online": "Online", "blended": "Blended"}
ATTENDANCE = {
    "onsite": f"{CONTEXT}/OfflineEventAttendanceMode",
    "online": f"{CONTEXT}/OnlineEventAttendanceMode",
    "blended": f"{CONTEXT}/MixedEventAttendanceMode",
}
AVAILABILITY = {
    Phase.OPEN: "InStock",
    Phase.LAST_SEATS: "LimitedAvailability",
    Phase.FULL: "SoldOut",
    Phase.NOT_YET_OPEN: "PreOrder",
}
# Where a framework's terms are kept.
TERM_SETS = {
    Skill.Framework.ESCO: "http://data.europa.eu/esco/concept-scheme/skills",
    Skill.Framework.ECF: "https://esco.ec.europa.eu/en/about-esco/escopedia/escopedia/european-e-competence-framework-e-cf",
    Skill.Framework.DIGCOMP: "https://joint-research-centre.ec.europa.eu/digcomp_en",
}
NLQF = "https://www.nlqf.nl/"


def of_page(
    page: BasePage,
    context: Mapping[str, Any],
    request: HttpRequest,
    site: Identity,
    image: str,
    moment: datetime,
) -> list[Node]:
    """Everything a page has to say; nothing for a page that is not there yet."""
    address = page.get_full_url(request)
    if not address:
        return []

    def absolute(url: str) -> str:
        return request.build_absolute_uri(url)

    found: list[Node] = []
    match page:
        case HomePage():
            found += [site_organisation(site, address), website(site, address, absolute(context["catalogue_url"]))]
            found += listed(courses_of(context.get("programmes") or [], absolute), f"{address}#programmes")
        case CoursePage() if context.get("course"):
            found += [of_course(page, context, address, image, absolute, moment)]
        case CourseIndexPage():
            cards = getattr(context.get("catalogue"), "cards", [])
            found += listed(courses_of(cards, absolute), f"{address}#list")
        case LabPage() if context.get("house"):
            found += [laboratory(page, context["house"], address, context.get("introduction", ""), image)]
            cards = [*context.get("modules", []), *context.get("cards", [])]
            found += listed(courses_of(cards, absolute), f"{address}#courses")
        case ThemePage():
            found += listed(courses_of(context.get("cards") or [], absolute), f"{address}#courses")
        case AgendaPage():
            rows = [row for month in context.get("months") or [] for row in month["rows"]]
            found += listed([event_of(row, absolute, moment) for row in rows], f"{address}#agenda")
        case StoryPage():
            found += [story(page, site, address, context.get("description", ""), image)]
    if trail := context.get("trail"):
        found.append(breadcrumb([*trail, (page.title, address)], absolute))
    return found


def written(nodes: Sequence[Node]) -> SafeString | str:
    """The nodes as the text of a script element that is never run: nothing in it can end the element."""
    if not nodes:
        return ""
    graph = {"@context": CONTEXT, "@graph": nodes}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return mark_safe(text)  # noqa: S308  (escaped above)


# Courses -------------------------------------------------------------------------------------------------------------


def of_course(
    page: CoursePage, context: Mapping[str, Any], address: str, image: str, absolute: Any, moment: datetime
) -> Node:
    """A course with its editions; what Google asks of both is always in it where the facts are there."""
    course: Course = context["course"]
    rows: list[EditionRow] = context.get("rows") or []
    choice: EditionRow | None = context.get("choice")
    enrol = absolute(choice.enrol_url) if choice else address
    offered = offers(course, enrol, choice.edition if choice else None, moment)
    level: list[Any] = [in_language(course, "level_label")]
    if course.nlqf_level and course.nlqf_register_number:
        name = f"NLQF {course.nlqf_level}"
        level.append(
            {
                "@type": "DefinedTerm",
                "name": name,
                "termCode": course.nlqf_register_number,
                "inDefinedTermSet": NLQF,
            }
        )
    languages = list(dict.fromkeys(row.edition.language for row in rows))
    return filled(
        {
            "@type": "Course",
            "@id": f"{address}#course",
            "name": page.title,
            "description": context.get("introduction") or in_language(course, "summary"),
            "url": address,
            "courseCode": course.code,
            "image": image,
            "provider": provider(course.provider),
            "inLanguage": languages or [current_language()],
            "about": [in_language(theme, "name") for theme in course.themes.all()],
            "educationalLevel": level[0] if len(level) == 1 else level,
            "timeRequired": duration(course.total_minutes),
            "teaches": taught(course.course_skills.all())
            + [in_language(outcome, "text") for outcome in course.outcomes.all()],
            "coursePrerequisites": in_language(course, "admission"),
            "educationalCredentialAwarded": {
                "@type": "EducationalOccupationalCredential",
                "name": course.get_certificate_kind_display(),
                "credentialCategory": "certificate",
            },
            "offers": offered,
            "hasCourseInstance": [instance(row, course, address, absolute, moment) for row in rows],
        }
    )


def instance(row: EditionRow, course: Course, address: str, absolute: Any, moment: datetime) -> Node:
    """An edition as a run of its course, with its days."""
    edition = row.edition
    sessions = list(edition.sessions.all())
    trainers = [trainer.full_name for trainer in edition.trainers.all() if trainer.full_name]
    return filled(
        event(edition, moment, absolute(row.enrol_url))
        | {
            "@type": "CourseInstance",
            "@id": f"{address}#{edition.code}",
            "name": f"{row.title or course.title} ({edition.code})",
            "url": f"{address}#{edition.code}",
            "courseMode": MODES[edition.mode],
            "courseWorkload": duration(course.total_minutes),
            "courseSchedule": schedule(sessions),
            "inLanguage": edition.language,
            "instructor": [{"@type": "Person", "name": name} for name in trainers],
            "subEvent": [day(session, edition) for session in sessions],
        }
    )


def event(edition: Edition, moment: datetime, enrol: str) -> Node:
    """What an edition has in common with any event."""
    cancelled = edition.state == Edition.State.CANCELLED
    return {
        "startDate": when(edition.starts_at),
        "endDate": when(edition.ends_at),
        "eventStatus": f"{CONTEXT}/{'EventCancelled' if cancelled else 'EventScheduled'}",
        "eventAttendanceMode": ATTENDANCE[edition.mode],
        "location": place(edition.mode, edition.location, enrol),
        "organizer": provider(edition.provider),
        "maximumAttendeeCapacity": edition.capacity,
        "remainingAttendeeCapacity": None if cancelled else edition.seats_free,
    }


def event_of(row: EditionRow, absolute: Any, moment: datetime) -> Node:
    """An edition as a line of an agenda."""
    return filled(
        {"@type": "EducationEvent", "name": row.title, "url": absolute(row.url)}
        | event(row.edition, moment, absolute(row.url))
    )


def day(session: Session, edition: Edition) -> Node:
    """One meeting. Where to meet online is for who takes part."""
    at = session.room.location if session.room else edition.location
    return filled(
        {
            "@type": "EducationEvent",
            "name": in_language(session, "title"),
            "startDate": when(session.starts_at),
            "endDate": when(session.ends_at),
            "eventAttendanceMode": ATTENDANCE[session.mode],
            "location": place(session.mode, at, ""),
        }
    )


def schedule(sessions: Sequence[Session]) -> Node | None:
    """How often and how long: weekly, daily, or that it has a rhythm of its own."""
    if not sessions:
        return None
    days = [formats.day_of(session.starts_at) for session in sessions]
    steps = {later - earlier for earlier, later in pairwise(days)}
    rhythm = {frozenset({timedelta(weeks=1)}): "P1W", frozenset({timedelta(days=1)}): "P1D"}.get(frozenset(steps))
    minutes = sum(session.countable_minutes for session in sessions) // len(sessions)
    return filled(
        {
            "@type": "Schedule",
            "repeatCount": len(sessions),
            "repeatFrequency": rhythm,
            "duration": duration(minutes),
            "startDate": days[0].isoformat(),
            "endDate": days[-1].isoformat(),
            "scheduleTimezone": "Europe/Amsterdam",
        }
    )


def offers(course: Course, enrol: str, edition: Edition | None, moment: datetime) -> list[Node]:
    """What each kind of payer pays."""
    order = list(PAYERS)
    prices = sorted(course.prices.all(), key=lambda one: order.index(Price.Audience(one.audience)))
    includes_vat = {Course.VatRegime.STANDARD_21: True}.get(Course.VatRegime(course.vat_regime))
    return [
        filled(
            {
                "@type": "Offer",
                "name": str(PAYERS[Price.Audience(one.audience)]()),
                "category": "Paid" if one.cents else "Free",
                "price": money(one.cents),
                "priceCurrency": "EUR",
                "priceSpecification": filled(
                    {
                        "@type": "PriceSpecification",
                        "price": money(one.cents),
                        "priceCurrency": "EUR",
                        "valueAddedTaxIncluded": includes_vat,
                    }
                )
                if one.cents
                else None,
                "url": enrol,
                "availability": availability(edition, moment),
                "validFrom": when(edition.enrolment_opens_at) if edition else None,
                "availabilityEnds": when(edition.enrolment_closes_at) if edition else None,
            }
        )
        for one in prices
    ]


def availability(edition: Edition | None, moment: datetime) -> str:
    """Whether one can enrol, by the phase of the edition on offer."""
    word = AVAILABILITY.get(edition.phase(moment), "OutOfStock") if edition else "OutOfStock"
    return f"{CONTEXT}/{word}"


def taught(skills: Iterable[CourseSkill]) -> list[Node]:
    """Skills as terms of their framework; ESCO's have an address of their own."""
    return [
        filled(
            {
                "@type": "DefinedTerm",
                "name": in_language(one.skill, "name"),
                "termCode": one.skill.code,
                "url": one.skill.uri,
                "inDefinedTermSet": TERM_SETS.get(Skill.Framework(one.skill.framework)),
            }
        )
        for one in skills
    ]


def courses_of(cards: Iterable[CourseCard], absolute: Any) -> list[Node]:
    """Courses as a list names them: each leads to the page that says the rest."""
    return [
        filled(
            {
                "@type": "Course",
                "@id": f"{absolute(card.url)}#course",
                "name": card.title,
                "description": card.text,
                "url": absolute(card.url),
                "provider": {"@type": "EducationalOrganization", "name": card.provider},
            }
        )
        for card in cards
        if card.url
    ]


# Houses and the site -------------------------------------------------------------------------------------------------


def provider(house: Organisation) -> Node:
    return filled(
        {
            "@type": "EducationalOrganization",
            "name": house.name,
            "legalName": house.full_name,
            "sameAs": house.website,
        }
    )


def laboratory(page: LabPage, house: Organisation, address: str, description: str, image: str) -> Node:
    return filled(
        provider(house)
        | {
            "@id": f"{address}#lab",
            "name": page.title,
            "description": description,
            "url": address,
            "image": image,
            "address": postal(house.street, house.postcode, house.city, house.country),
        }
    )


def site_organisation(site: Identity, address: str) -> Node:
    return filled(
        {
            "@type": "Organization",
            "@id": f"{address}#organisation",
            "name": site.name,
            "description": site.about,
            "url": address,
            "email": site.email,
            "telephone": site.phone,
        }
    )


def website(site: Identity, address: str, catalogue: str) -> Node:
    return {
        "@type": "WebSite",
        "@id": f"{address}#site",
        "name": site.name,
        "url": address,
        "inLanguage": current_language(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{catalogue}?q={{words}}"},
            "query-input": "required name=words",
        },
    }


def story(page: StoryPage, site: Identity, address: str, description: str, image: str) -> Node:
    """A story as an article of the site. Who tells it is named on the page, and not here."""
    return filled(
        {
            "@type": "Article",
            "@id": f"{address}#story",
            "headline": page.title[:110],
            "description": description,
            "url": address,
            "image": image,
            "inLanguage": current_language(),
            "datePublished": when(page.first_published_at),
            "dateModified": when(page.last_published_at),
            "author": {"@type": "Organization", "name": site.name},
            "publisher": {"@type": "Organization", "name": site.name},
        }
    )


# Lists and small parts -----------------------------------------------------------------------------------------------


def listed(nodes: Sequence[Node], name: str) -> list[Node]:
    """The nodes as one list, in the order of the page; no list of nothing."""
    if not nodes:
        return []
    items = [{"@type": "ListItem", "position": number, "item": node} for number, node in enumerate(nodes, start=1)]
    return [{"@type": "ItemList", "@id": name, "numberOfItems": len(items), "itemListElement": items}]


def breadcrumb(trail: Sequence[tuple[str, str]], absolute: Any) -> Node:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": absolute(url)}
            for number, (name, url) in enumerate(trail, start=1)
        ],
    }


def place(mode: str, location: Location | None, url: str) -> Any:
    """Where it is; both, where part of it is online."""
    online = filled({"@type": "VirtualLocation", "url": url})
    if mode == "online":
        return online if url else None
    if location is None:
        return None
    here = {
        "@type": "Place",
        "name": location.name,
        "address": postal(location.street, location.postcode, location.city, "NL"),
    }
    return [here, online] if mode == "blended" and url else here


def postal(street: str, postcode: str, city: str, country: str) -> Node | None:
    found = filled({"streetAddress": street, "postalCode": postcode, "addressLocality": city})
    return {"@type": "PostalAddress", **found, "addressCountry": country or "NL"} if found else None


def when(moment: datetime | None) -> str | None:
    """On our own clock, with its distance to UTC: ``2027-03-04T09:00:00+01:00``."""
    return formats.local(moment).isoformat(timespec="seconds") if moment else None


def duration(minutes: int) -> str | None:
    """ISO 8601: ``PT24H``, ``PT1H30M``."""
    if not minutes:
        return None
    hours, rest = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{rest}M" if rest else "")


def money(cents: int) -> str:
    return f"{cents / 100:.2f}"


def filled(node: Node) -> Node:
    """Without what is unknown; zero and no are known."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}
