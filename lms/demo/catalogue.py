"""What is taught, where, and who pays: plain facts, put down once."""

from datetime import date

from django.utils.text import slugify

from courses.models import Course, CourseSkill, LearningOutcome, Location, Mode, Price, Room, Skill, Theme
from enrolments.models import Assessment
from lms.demo.content import Entry, at_local, content, courses, in_year_of
from lms.kernel.context import forget_identity
from lms.kernel.models import SiteIdentity
from lms.kpis.models import FundingProject, HistoricFigure, Target
from lms.people.models import Organisation

MODES = {"presential": Mode.ONSITE, "online": Mode.ONLINE, "blended": Mode.BLENDED}
AUDIENCES = {
    Price.Audience.STANDARD: "standard",
    Price.Audience.SME: "sme_own_contribution",
    Price.Audience.CAREER_SWITCHER: "career_switcher_own_contribution",
    Price.Audience.STUDENT: "student",
}
KINDS_OF_CERTIFICATE = {
    "certificate": Course.CertificateKind.ASSESSED,
    "proof_of_participation": Course.CertificateKind.PARTICIPATION,
}
ASSESSMENT_TITLES = {
    "practical_assignment": ("Praktijkopdracht", "Practical assignment"),
    "written_test": ("Incidentoefening en toets", "Incident exercise and test"),
}


def put_down(today: date) -> None:
    """Everything that is there before the first edition."""
    identity()
    organisations(today)
    themes = themes_by_course()
    for entry in courses():
        course(entry, themes=themes[entry["code"]])
    projects(today)
    figures_of_before()


def identity() -> None:
    said = content()["site_identity"]
    SiteIdentity.objects.update(
        name=said["name"],
        subline_nl=said["subline"]["nl"],
        subline_en=said["subline"]["en"],
        about_nl=said["about"]["nl"],
        about_en=said["about"]["en"],
        funding_nl=said["funding"]["nl"],
        funding_en=said["funding"]["en"],
        email=said["email"],
        phone=said["phone"],
    )
    forget_identity()


# Organisations -------------------------------------------------------------------------------------------------------


def organisations(today: date) -> None:
    office = content()["organisation"]
    Organisation.objects.create(
        uuid=office["id"],
        code="BUREAU",
        name=office["name"]["nl"],
        full_name=office["name"]["en"],
        region="Zuid-Holland",
        kvk_number="00000009",
        is_programme_office=True,
        reviewed_at=at_local(today),
    )
    rooms = {room["lab"]: room for room in content()["rooms"]}
    for entry in content()["labs"]:
        lab(entry, rooms[entry["code"]], today)
    for entry in content()["partners"]:
        Organisation.objects.create(
            uuid=entry["id"],
            code=entry["code"],
            name=entry["name"],
            is_partner=True,
            is_funder=entry["role"] == "funder",
            partner_role=entry["role"],
            description_nl=entry["role_text"]["nl"],
            description_en=entry["role_text"]["en"],
            reviewed_at=at_local(today),
        )
    for entry in content()["employers"]:
        address, sbi = entry["visit_address"], entry["sbi"]
        Organisation.objects.create(
            uuid=entry["id"],
            name=entry["name"],
            kvk_number=entry["kvk_number"],
            is_employer=True,
            street=address["street"],
            postcode=address["postcode"],
            city=address["city"],
            size=entry["size_class"],
            sbi_code=sbi["code"],
            sbi_version="2008",
            reviewed_at=at_local(today),
        )


def lab(entry: Entry, room: Entry, today: date) -> None:
    """A lab gives courses itself, in a building with one room."""
    address = entry["address"]
    organisation = Organisation.objects.create(
        uuid=entry["id"],
        code=entry["code"],
        name=entry["name"],
        full_name=entry["full_name"] or "",
        region="Zuid-Holland",
        is_provider=True,
        lab_kind=entry["kind"],
        description_nl=entry["description"]["nl"],
        description_en=entry["description"]["en"],
        street=address["street"] or "",
        postcode=address["postcode"] or "",
        city=entry["city"],
        website=entry["website"] or "",
        reviewed_at=at_local(today),
    )
    location = Location.objects.create(
        organisation=organisation,
        name=entry["name"],
        street=organisation.street,
        postcode=organisation.postcode,
        city=organisation.city,
    )
    Room.objects.create(
        uuid=room["id"],
        location=location,
        name_nl=room["name"]["nl"],
        name_en=room["name"]["en"],
        capacity=room["capacity"],
        is_wheelchair_accessible=room["wheelchair_accessible"],
        has_hearing_loop=room["hearing_loop"],
    )


# Courses -------------------------------------------------------------------------------------------------------------


def themes_by_course() -> dict[str, list[Theme]]:
    found: dict[str, list[Theme]] = {entry["code"]: [] for entry in courses()}
    for entry in content()["themes"]:
        theme = Theme.objects.create(code=entry["code"], name_nl=entry["name"]["nl"], name_en=entry["name"]["en"])
        for code in entry["courses"]:
            found[code].append(theme)
    return found


def course(entry: Entry, *, themes: list[Theme]) -> Course:
    """One course with its outcomes, skills, prices and assessment. The one programme of parts is lms.demo.site's."""
    labs = Organisation.objects.in_bulk(entry["labs"], field_name="code")
    load, certificate, assessment = entry["study_load"], entry["certificate"], entry["assessment"]
    quality, signatory = content()["quality"], content()["signatory"]
    made = Course.objects.create(
        uuid=entry["id"],
        code=entry["code"],
        kind=entry["kind"],
        provider=labs[entry["labs"][0]],
        title_nl=entry["title"]["nl"],
        title_en=entry["title"]["en"],
        summary_nl=entry["summary"]["nl"],
        summary_en=entry["summary"]["en"],
        audience_nl=entry["target_group"]["nl"],
        audience_en=entry["target_group"]["en"],
        admission_nl=(entry["admission"] or {}).get("nl", ""),
        admission_en=(entry["admission"] or {}).get("en", ""),
        bring_nl=entry.get("bring", {}).get("nl", ""),
        bring_en=entry.get("bring", {}).get("en", ""),
        categories=[name.lower() for name in entry["participant_types"]],
        level_label_nl=entry["level"]["label"]["nl"],
        level_label_en=entry["level"]["label"]["en"],
        mode=MODES[entry["format"]["oeapi_modes_of_delivery"][0]],
        format_nl=entry["format"]["text"]["nl"],
        format_en=entry["format"]["text"]["en"],
        contact_minutes=round(load["contact_hours"] * 60),
        self_study_minutes=round(load["self_study_hours"] * 60),
        assessment_minutes=round(load["assessment_hours"] * 60),
        attendance_share=certificate["attendance_threshold_pct"],
        certificate_kind=KINDS_OF_CERTIFICATE[certificate["type"]],
        certificate_months=certificate["valid_months"],
        assessment_type=assessment["type"] if assessment else "",
        assessment_nl=assessment["text"]["nl"] if assessment else "",
        assessment_en=assessment["text"]["en"] if assessment else "",
        quality_nl=quality["nl"],
        quality_en=quality["en"],
        signatory_role_nl=signatory["role"]["nl"],
        signatory_role_en=signatory["role"]["en"],
        signatory_name=signatory["name"],
        vat_regime=entry["price"]["vat_regime"],
        cover=entry["cover"],
        is_new=entry["kpi"]["counts_as_new_programme"],
    )
    made.labs.set(labs.values())
    made.themes.set(themes)
    for order, outcome in enumerate(entry["learning_outcomes"], start=1):
        LearningOutcome.objects.create(
            uuid=outcome["learning_outcome_id"],
            course=made,
            code=outcome["code"],
            order=order,
            text_nl=outcome["nl"],
            text_en=outcome["en"],
            bloom_level=int(outcome["complexity_level"].removeprefix("bloom_")),
        )
    for skill, level in skills(entry["skills"]):
        CourseSkill.objects.get_or_create(course=made, skill=skill, defaults={"level": level})
    for audience, name in AUDIENCES.items():
        Price.objects.create(course=made, audience=audience, cents=entry["price"][name] * 100)
    if assessment:
        title_nl, title_en = ASSESSMENT_TITLES[assessment["type"]]
        Assessment.objects.create(
            course=made, code=f"{made.code}-{slugify(title_nl)}"[:40], title_nl=title_nl, title_en=title_en
        )
    return made


def skills(entry: Entry) -> list[tuple[Skill, str]]:
    """The skills of a course with the level in the framework's own words. Dutch ESCO and e-CF labels are unofficial."""
    found = []
    for one in entry["esco"]:
        skill, _created = Skill.objects.get_or_create(
            framework=Skill.Framework.ESCO,
            framework_version="",
            code=one["uri"].rsplit("/", 1)[-1],
            defaults={"uri": one["uri"], "name_nl": one["label_nl_unofficial"], "name_en": one["label_en"]},
        )
        found.append((skill, ""))
    for one in entry["ecf_4_0"]:
        skill, _created = Skill.objects.get_or_create(
            framework=Skill.Framework.ECF,
            framework_version="4.0",
            code=one["code"],
            defaults={"name_nl": one["label_nl_unofficial"], "name_en": one["label_en"]},
        )
        found.append((skill, one["level"]))
    for one in entry["digcomp_3_0"]:
        skill, _created = Skill.objects.get_or_create(
            framework=Skill.Framework.DIGCOMP,
            framework_version="3.0",
            code=one["code"],
            defaults={"name_nl": one["label_nl"], "name_en": one["label_en"]},
        )
        found.append((skill, one["level"]))
    return found


# Money and figures ---------------------------------------------------------------------------------------------------


def projects(today: date) -> None:
    """The grants and what was promised. The target of the whole programme runs over its five years."""
    made = {}
    for entry in content()["funding_projects"]:
        statement = entry["eu_statement"]
        made[entry["code"]] = FundingProject.objects.create(
            code=entry["code"],
            name_nl=entry["name"]["nl"],
            name_en=entry["name"]["en"],
            fund=entry["fund"],
            grant_number=entry["grant_no"],
            starts_on=in_year_of(date.fromisoformat(entry["period"]["start"]), today),
            ends_on=in_year_of(date.fromisoformat(entry["period"]["end"]), today),
            notice_nl=statement["nl"] if statement else "",
            notice_en=statement["en"] if statement else "",
            emblem="eu" if statement else "",
        )
    whole = content()["kpi_programme_target"]
    Target.objects.create(
        indicator=whole["kpi"],
        starts_on=date(today.year - 2, 1, 1),
        ends_on=date(today.year + 2, 12, 31),
        value=whole["value"],
        source=whole["source"],
    )
    for entry in content()["kpi_demo_targets"]:
        first = in_year_of(date(entry["year"], 1, 1), today)
        Target.objects.create(
            project=made[entry["project"]],
            indicator=entry["kpi"],
            starts_on=first,
            ends_on=first.replace(month=12, day=31),
            value=entry["target"],
            source="Demo",
        )


def figures_of_before() -> None:
    """What the predecessor reported; companies and persons, never added up."""
    before = content()["kpi_historic"]
    for order, tile in enumerate(before["tiles"], start=1):
        HistoricFigure.objects.create(
            indicator=tile["kpi"],
            period=before["period"],
            value=tile["value"],
            target=tile["target"],
            label_nl=tile["label"]["nl"],
            label_en=tile["label"]["en"],
            source=before["source_label"],
            order=order,
        )
