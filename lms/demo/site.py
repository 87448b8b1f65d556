"""The site around the catalogue: the path of the skills lab, how labs look, themes, partners and stories.

The texts are made up (``site.json`` marks them so); the stories say of themselves that they are examples.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from courses.models import Course, CourseSkill, Part, Skill, Theme
from lms.demo import catalogue
from lms.demo.content import Entry, content, courses
from lms.demo.people import DEMO
from lms.people.models import Organisation, User

FILE = Path(__file__).with_name("site.json")


@cache
def site() -> Entry:
    """The whole file."""
    loaded: Entry = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


def put_down_path() -> Course:
    """The programme that the skills lab's courses make together: its hours and prices are the sum of theirs."""
    entry = site()["path"]
    parts = [one for one in courses() if one["code"] in entry["parts"]]
    made = catalogue.course(
        entry
        | {
            "study_load": _sums(parts, "study_load", "contact_hours", "self_study_hours", "assessment_hours"),
            "price": _sums(parts, "price", *catalogue.AUDIENCES.values())
            | {"vat_regime": parts[0]["price"]["vat_regime"]},
            "certificate": parts[-1]["certificate"],
            "assessment": None,  # those of its parts
            "skills": {"esco": [], "ecf_4_0": [], "digcomp_3_0": []},
            "kpi": {"counts_as_new_programme": False},
        },
        themes=list(Theme.objects.filter(courses__code__in=entry["parts"]).distinct()),
    )
    made.assessment_nl, made.assessment_en = entry["assessment_said"]["nl"], entry["assessment_said"]["en"]
    made.save()
    by_code = Course.objects.in_bulk(entry["parts"], field_name="code")
    for order, code in enumerate(entry["parts"], start=1):
        Part.objects.create(programme=made, course=by_code[code], order=order)
    for skill in Skill.objects.filter(course_skills__course__in=by_code.values()).distinct():
        CourseSkill.objects.create(course=made, skill=skill)
    return made


def _sums(parts: list[Entry], of: str, *names: str) -> Entry:
    return {name: sum(part[of][name] for part in parts) for name in names}


def build_pages() -> None:
    """What the site's own building does not know: prose, looks, and who is in the stories."""
    from cms.actions import build_course_page, build_lab_page, build_partner_page, build_story_page, build_theme_page

    path = site()["path"]
    build_course_page(Course.objects.get(code=path["code"]), description=path["description"])
    for code, look in site()["labs"].items():
        build_lab_page(Organisation.objects.get(code=code), look=look)
    for code, texts in site()["themes"].items():
        build_theme_page(Theme.objects.get(code=code), introduction=texts["introduction"], text=texts["text"])
    for entry in content()["partners"]:
        works_on = Course.objects.filter(code__in=_codes_with(entry["code"])).order_by("code")
        build_partner_page(Organisation.objects.get(code=entry["code"]), courses=works_on)
    for story in site()["stories"]:
        build_story_page(story)
    _send_in_a_change()


def _send_in_a_change() -> None:
    """What editors find to do: a coordinator's change waits for approval, and its translation is now out of date."""
    from cms.models import LabPage

    change = site()["change"]
    page = LabPage.objects.get(organisation__code=change["lab"], locale__language_code="nl")
    if page.current_workflow_state:
        return
    sender = User.objects.get(email=f"{change['sender']}{DEMO}")
    page.directions = change["directions"]
    page.save_revision(user=sender)
    page.get_workflow().start(page, sender)


def _codes_with(partner: str) -> list[Any]:
    return [one["code"] for one in courses() if partner in one.get("partners", [])]
