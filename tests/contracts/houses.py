"""Two houses that mirror each other, row by row, and everyone who could look: the ground of the permission matrix.

Every text of ours says ``kwartel`` and every text of theirs ``zeearend``, so that a page which shows a row of the
other house gives itself away, wherever on the page it does so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from allauth.socialaccount.models import SocialApp
from django.apps import apps
from django.test import Client

from certificates.actions import issue_certificate, request_certificate
from certificates.actions.bundles import ask_year_file, go_on
from certificates.actions.earlier import check_earlier, take_over
from certificates.actions.layouts import save_course_certificate, save_layout, save_organisation_logo
from certificates.actions.sharing import make_share
from certificates.keys.keeping import make_demo_keys
from certificates.logos import read_logo
from certificates.models import (
    Bundle,
    Certificate,
    CertificateLayout,
    CourseCertificate,
    EarlierBatch,
    HeldCertificate,
    OrganisationLogo,
    RevocationProposal,
)
from cms.actions import build_course_page, build_lab_page, build_site
from courses.actions import Wish, register_interest
from courses.models import (
    CatalogueImport,
    ClosedPeriod,
    Course,
    CourseSkill,
    InterestRequest,
    Part,
    Skill,
    Subsidy,
    Theme,
)
from enrolments.actions import Said, announce, begin_group, carry_out_group, take_in_group
from enrolments.actions.asking import ask_approvals
from enrolments.actions.subscriptions import renew_calendar
from enrolments.groups.reading import Listed
from enrolments.models import Approval, GroupEnrolment, Order
from lms.desk import actions
from lms.desk.models import Meeting, PeerGroup, Request, Step, Topic
from lms.kernel.models import SiteIdentity
from lms.kpis.actions import fund_edition
from lms.kpis.models import Fact, FundingProject, HistoricFigure, Target
from lms.messages.actions import ensure_texts, post_message
from lms.messages.models import BouncedAddress, MailText, Message
from lms.messages.webhooks import actions as webhooks
from lms.people import hr_actions
from lms.people.models import (
    AddressClaim,
    ApiToken,
    ClaimRequest,
    EmployerMerge,
    InstitutionSignIn,
    LikelyDouble,
    Membership,
    Merge,
    Organisation,
    Role,
    User,
)
from lms.people.tokens import make_token
from lms.privacy.actions import ask_correction, ask_download, make_download
from tests.certificates.samples import SVG
from tests.factories import (
    NOW,
    AssessmentFactory,
    CourseFactory,
    EditionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    GrantFactory,
    LearningOutcomeFactory,
    LocationFactory,
    MembershipFactory,
    OrganisationFactory,
    PriceFactory,
    RoomFactory,
    SeatHoldFactory,
    SessionFactory,
    UserFactory,
)

OURS, THEIRS = "kwartel", "zeearend"
ROLES = (
    "anonymous", "stranger", "learner", "learner2", "trainer", "trainer2", "coordinator", "coordinator2", "hr", "hr2",
    "officer", "auditor",
)  # fmt: skip


@dataclass
class House:
    """One house with one row of everything, its people, and the employer of its learner."""

    marker: str
    provider: Organisation
    employer: Organisation
    people: dict[str, User]
    rows: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """Both houses and a client for each role; a client stays signed in."""

    ours: House
    theirs: House
    clients: dict[str, Client]
    users: dict[str, User]
    shared: dict[str, Any]

    def row(self, name: str) -> Any:
        """Our house's row of this kind, or the one that is nobody's house's."""
        return self.ours.rows[name] if name in self.ours.rows else self.shared[name]


def build_world() -> World:
    """Everything stands at NOW; call it with the clock stopped there."""
    build_site()
    office = OrganisationFactory(programme_office=True, code="office", name="Programmabureau", kvk_number="99000001")
    ours = _house(OURS, code="robohouse", name="RoboHouse")
    theirs = _house(THEIRS, code="ramlab", name="RAMLAB")
    users = {
        "stranger": UserFactory(email="dina@voorbeeld.example", given_name="Dina", family_name="Wit"),
        "officer": _person("officer", "Vos", Role.OFFICER, office),
        "auditor": _person("auditor", "Dekker", Role.AUDITOR, office),
    }
    users |= ours.people | {f"{name}2": user for name, user in theirs.people.items()}
    clients = {"anonymous": Client()}
    for role, user in users.items():
        clients[role] = Client()
        clients[role].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return World(ours, theirs, clients, users, _of_the_programme(ours, office))


def _person(name: str, family_name: str, role: Role | None, organisation: Organisation | None) -> User:
    user = UserFactory(email=f"{name}@voorbeeld.example", given_name=name.capitalize(), family_name=family_name)
    if role:
        MembershipFactory(user=user, organisation=organisation, role=role)
    return user


def _house(marker: str, *, code: str, name: str) -> House:
    provider = OrganisationFactory(provider=True, code=code, name=name, city="Delft")
    employer = OrganisationFactory(employer=True, name=f"{marker.capitalize()} Metaal")
    family = marker.capitalize()
    people = {
        "learner": _person(f"learner.{marker}", family, None, None),
        "trainer": _person(f"trainer.{marker}", family, Role.TRAINER, provider),
        "coordinator": _person(f"coordinator.{marker}", family, Role.COORDINATOR, provider),
        "hr": _person(f"hr.{marker}", family, Role.HR, employer),
    }
    house = House(marker, provider, employer, people)
    house.rows = _catalogue(house) | _plan(house)
    house.rows |= _taking_part(house)
    house.rows |= _groups(house)
    house.rows |= _at_the_desk(house)
    house.rows |= _connections(house)
    return house


def _catalogue(house: House) -> dict[str, Any]:
    marker = house.marker
    texts = {f"{text}_{language}": f"{marker} {text}" for text in ("title", "summary") for language in ("nl", "en")}
    course = CourseFactory(code=f"c-{marker}", provider=house.provider, **texts)
    part = CourseFactory(code=f"p-{marker}", provider=house.provider, kind=Course.Kind.COURSE, **texts)
    skill = Skill.objects.create(
        framework="esco", framework_version="1.2", code=f"S-{len(marker)}", name_nl="lassen", name_en="welding"
    )
    build_course_page(course)
    build_course_page(part)
    build_lab_page(house.provider)
    location = LocationFactory(organisation=house.provider, name=f"Hal {marker}", city=f"{marker}stad")
    layout = save_layout(CertificateLayout(organisation=house.provider, name=f"Stijl {marker}"), by=None, at=NOW)
    chosen = CourseCertificate(course=course, layout=layout)
    logo = OrganisationLogo(organisation=house.provider)
    return {
        "certificate-layout": layout,
        "course-certificate": save_course_certificate(chosen, by=None, at=NOW),
        "organisation-logo": save_organisation_logo(logo, logo=read_logo(SVG), by=None, at=NOW),
        "organisation": house.provider,
        "course": course,
        "outcome": LearningOutcomeFactory(course=course, text_nl=f"Je {marker}t.", text_en=f"You {marker}."),
        "price": PriceFactory(course=course),
        "single": part,
        "part": Part.objects.create(programme=course, course=part, order=1),
        "course-skill": CourseSkill.objects.create(course=course, skill=skill),
        "location": location,
        "closed-period": ClosedPeriod.objects.create(
            organisation=house.provider,
            name_nl=f"Dicht {marker}",
            name_en=f"Closed {marker}",
            starts_on=date(2027, 7, 1),
            ends_on=date(2027, 8, 1),
        ),
        "import": CatalogueImport.objects.create(
            by=house.people["coordinator"],
            language="nl",
            file_name=f"{marker}.csv",
            sha256="0" * 64,
            state="refused",
            created_at=NOW,
            changed_at=NOW,
            plan=[
                {"sheet": "courses", "row": 2, "code": marker, "verdict": "error", "changes": [], "errors": [marker]}
            ],
        ),
        "room": RoomFactory(location=location, name_nl=f"Zaal {marker}", name_en=f"Room {marker}"),
        "assessment": AssessmentFactory(
            course=course, code=f"a-{marker}", title_nl=f"Toets {marker}", title_en=f"Test {marker}"
        ),
    }


def _plan(house: House) -> dict[str, Any]:
    """An edition to come, one whose session was this morning, one that is done, one to be published."""
    marker, course, trainer = house.marker, house.rows.get("course"), house.people["trainer"]
    course = course or Course.objects.get(code=f"c-{marker}")
    location = course.provider.locations.get()
    same = {"course": course, "location": location, "trainers": [trainer]}
    edition = EditionFactory(code=f"e-{marker}", **same)
    running = EditionFactory(code=f"r-{marker}", days=0, first_day=NOW - timedelta(hours=2), **same)
    titles = {"title_nl": f"Dag {marker}", "title_en": f"Day {marker}"}
    session = SessionFactory(
        edition=running, number=1, starts_at=NOW - timedelta(hours=2), ends_at=NOW - timedelta(minutes=30),
        room=location.rooms.get(), **titles,
    )  # fmt: skip
    closed = SessionFactory(
        edition=running, number=2, signed_off=True, starts_at=NOW - timedelta(days=7),
        ends_at=NOW - timedelta(days=6.8), **titles,
    )  # fmt: skip
    EditionFactory._meta.model.objects.filter(pk=running.pk).update(starts_at=closed.starts_at, ends_at=session.ends_at)
    single = Course.objects.get(code=f"p-{marker}")
    return {
        "edition": edition,
        "single-edition": EditionFactory(code=f"single-{marker}", **same | {"course": single}),
        "running": running,
        "done": EditionFactory(code=f"d-{marker}", first_day=NOW - timedelta(days=90), **same),
        "draft": EditionFactory(code=f"n-{marker}", draft=True, **same),
        "undecided": EditionFactory(code=f"u-{marker}", minimum=6, decide_by=NOW.date(), **same),
        "session": session,
        "planned": edition.sessions.first(),
        "closed": closed,
    }


def _taking_part(house: House) -> dict[str, Any]:
    learner, employer, rows = house.people["learner"], house.employer, house.rows
    EmploymentFactory(user=learner, organisation=employer)
    enrolment = EnrolmentFactory(edition=rows["edition"], learner=learner, employee=True, employer=employer)
    EnrolmentFactory(edition=rows["running"], learner=learner, employee=True, employer=employer)
    offered = EnrolmentFactory(
        edition=EditionFactory(
            code=f"o-{house.marker}", course=rows["course"], capacity=2, first_day=NOW + timedelta(days=40)
        ),
        learner=learner,
        offered=True,
    )
    asked_for = EnrolmentFactory(edition=rows["single-edition"], learner=learner, requested=True)
    ask_approvals(asked_for, [Approval.Kind.PROVIDER], by=None, at=NOW)
    waiter = UserFactory(email=f"wachter@{house.marker}.example", family_name=house.marker.capitalize())
    waiting = EnrolmentFactory(edition=offered.edition, learner=waiter, waitlisted=True)
    bought = EnrolmentFactory(edition=EditionFactory(code=f"x-{house.marker}", course=rows["course"]), learner=learner)
    Order.objects.create(
        enrolment=bought, payer="self", is_consumer=True, audience="standard", cents=125_000, vat_cents=0,
        vat_regime="exempt_crkbo", terms_version="2026-11", ordered_at=NOW, concluded_at=NOW,
        withdrawal_until=NOW + timedelta(days=14),
    )  # fmt: skip
    finished = EnrolmentFactory(edition=rows["done"], learner=learner, employee=True, employer=employer, completed=True)
    make_demo_keys(at=NOW)
    certificate = issue_certificate(request_certificate(finished, kind="participation", by=None, at=NOW), at=NOW)
    Certificate.objects.filter(pk=certificate.pk).update(requested_at=NOW - timedelta(hours=1))
    GrantFactory(enrolment=finished)
    old = EnrolmentFactory(edition=EditionFactory(code=f"q-{house.marker}", course=rows["course"]), completed=True)
    EnrolmentFactory(edition=rows["done"], learner=waiter, completed=True)  # earned, not issued yet
    hold = SeatHoldFactory(edition=rows["edition"], email=f"bezoeker@{house.marker}.example")
    company = f"{house.marker.capitalize()} Metaal"
    wish = Wish(persons=3, organisation_name=company)
    interest = register_interest(rows["course"], learner, wish, language="nl", by=learner, at=NOW)
    asked = InterestRequest.objects.create(
        course=rows["course"], email=f"wachtende@{house.marker}.example", answers={}, language="nl", created_at=NOW
    )
    message = post_message(
        "enrolment_confirmed", email=learner.email, language="nl", subject=f"Bericht {house.marker}",
        text=f"Tekst {house.marker}", html="<html><head></head><body>Tekst</body></html>", calendar="BEGIN:VCALENDAR",
        calendar_method="REQUEST", at=NOW, recipient=learner,
    )  # fmt: skip
    Message.objects.filter(pk=message.pk).update(state=Message.State.FAILED)
    announcement = announce(
        rows["edition"], {"nl": Said(f"Zaal {house.marker}", "Kom naar de andere zaal.")}, audience="places",
        form_key=uuid4(), by=None, at=NOW,
    )  # fmt: skip
    ensure_texts()
    MailText.objects.filter(kind="enrolment_confirmed", language="nl").update(
        is_own=True, subject="Welkom", words="Dag {greeting_name}"
    )
    bounced = BouncedAddress.objects.create(email=f"weg@{house.marker}.example", status="5.1.1", at=NOW)
    return {
        "announcement": announcement,
        "enrolment": enrolment,
        "offered": offered,
        "bought": bought,
        "approval": asked_for.approvals.get(),
        "waiting": waiting,
        "certificate": certificate,
        "share": make_share(certificate, shows={"name"}, days=30, by=learner, at=NOW),
        "bundle": _year_file(house),
        "earlier list": _earlier(house, "wacht"),
        "earlier taken": take_over(_earlier(house, "klaar"), also=(), by=house.people["coordinator"], at=NOW),
        "earned": HeldCertificate.objects.create(enrolment=offered, kind="assessed", held_at=NOW),
        "proposal": RevocationProposal.objects.create(
            certificate=issue_certificate(request_certificate(old, kind="participation", by=None, at=NOW), at=NOW),
            public_reason="mistake",
            inside_reason=f"Reden {house.marker}",
            proposed_at=NOW,
        ),
        "hold": hold,
        "interest": interest,
        "privacy-request": ask_correction(learner, f"Naam {house.marker}", by=learner, at=NOW),
        "own-file": make_download(ask_download(learner, "json", by=learner, at=NOW), at=NOW),
        "subscription": renew_calendar(learner, by=learner, at=NOW),
        "asked": asked,
        "message": message,
        "bounced-address": bounced,
        "sign-in-provider": SocialApp.objects.get_or_create(provider="openid_connect", provider_id="campus")[0],
        "mail-text": MailText.objects.get(kind="enrolment_confirmed", language="nl"),
        "person": learner,
        "address-claim": AddressClaim.objects.create(
            user=learner,
            email=f"ander@{house.marker}.example",
            answers={},
            language="nl",
            created_at=NOW - timedelta(hours=1),
        ),
        "membership": Membership.objects.get(user=house.people["trainer"]),
        "employment": learner.employments.get(),
        **_for_hr(house),
    }


def _earlier(house: House, name: str) -> EarlierBatch:
    """A list of certificates of before the platform, looked at."""
    row = (
        f"naam;e-mail;opleiding;datum\n{house.marker};{name}@{house.marker}.example;Lassen {house.marker};31-12-2024\n"
    )
    return check_earlier(
        house.provider, source=f"Administratie {house.marker}", content=row.encode(), file_name=f"{name}.csv",
        by=house.people["coordinator"], at=NOW,
    )  # fmt: skip


def _year_file(house: House) -> Bundle:
    """What HR asked for, made."""
    bundle = ask_year_file(
        house.employer, starts_on=None, ends_on=None, department=None, course=None, by=house.people["hr"], at=NOW
    )
    while go_on(bundle, at=NOW):
        pass
    return bundle


def _for_hr(house: House) -> dict[str, Any]:
    """A department, a colleague, who is invited, and a claim that waits."""
    marker, employer = house.marker, house.employer
    colleague = MembershipFactory(
        user__email=f"collega@{marker}.example", user__family_name=marker, organisation=employer, role=Role.HR
    )
    return {
        "new employer": OrganisationFactory(is_employer=True, name=f"Nieuw {marker}"),
        "department": employer.departments.create(name=f"Afdeling {marker}"),
        "colleague": colleague,
        "hr invitation": hr_actions.invite_hr(
            employer, email=f"nieuw@{marker}.example", language="nl", by=house.people["hr"], at=NOW
        ),
        "claim": hr_actions.claim_company(
            kvk_number=f"2000000{len(marker) % 10}", organisation_name=f"{marker} Staal", explanation="Ik doe HR.",
            language="nl", by=house.people["learner"], at=NOW,
        ),
    }  # fmt: skip


def _connections(house: House) -> dict[str, Any]:
    scopes = [ApiToken.Scope.READ_ENROLMENTS]
    key, _secret = make_token(house.employer, name=f"Sleutel {house.marker}", scopes=scopes, days=90, by=None, at=NOW)
    webhook, _secret = webhooks.add_webhook(
        house.employer, url=f"https://{house.marker}.example/hook", events=["enrolment.confirmed"], by=None, at=NOW
    )
    return {"api-token": key, "webhook": webhook}


def _groups(house: House) -> dict[str, Any]:
    """A company's list that is being checked, and one that was enrolled, with a seat that has no name."""
    marker, edition, hr = house.marker, house.rows["edition"], house.people["hr"]

    def take_in(name: str) -> GroupEnrolment:
        rows = [(2, [name, marker.capitalize(), f"{name.lower()}@{marker}.example"])]
        listed = Listed(["voornaam", "achternaam", "e-mail"], rows)
        return take_in_group(house.employer, edition, listed, source="paste", seats_asked=1, by=hr, at=NOW)

    done = carry_out_group(begin_group(take_in("Kees"), wish="part", by=hr, at=NOW), at=NOW)
    return {"group": take_in("Noor"), "done group": done, "placed": done.enrolments.get()}


def _at_the_desk(house: House) -> dict[str, Any]:
    """A question that waits, one that was answered with its steps, and a peer group."""
    marker, employer, coordinator = house.marker, house.employer, house.people["coordinator"]
    theme, _created = Theme.objects.get_or_create(code="groepen", defaults={"name_nl": "Groepen", "name_en": "Groups"})

    def ask(**said: Any) -> Request:
        asks = {"company_name": employer.name, "text": f"Vraag {marker}", "contact_email": f"vraag@{marker}.example"}
        return actions.ask(actions.Question(**asks, **said), language="nl", by=None, at=NOW)

    def describe() -> Step:
        return actions.describe_step(
            answered, size="small", type="pilot", before=f"Eerst {marker}.", description=f"Nu {marker}.",
            taken_on=NOW.date(), by=None, at=NOW,
        )  # fmt: skip

    answered = ask(lab=house.provider)
    actions.answer(answered, f"Antwoord {marker}.", by=None, at=NOW)
    signed = describe()
    actions.sign_by_document(
        signed, BytesIO(b"%PDF-1.7 getekend"), signer_name=marker, signer_role="directeur", by=None, at=NOW
    )
    group = PeerGroup.objects.create(
        code=f"g-{marker}", theme=theme, host=house.provider, convener=coordinator,
        **{f"{text}_{language}": f"{marker} {text}" for text in ("name", "description") for language in ("nl", "en")},
    )  # fmt: skip
    member = actions.admit(ask(group=group), "Welkom.", by=None, at=NOW)
    newcomer = OrganisationFactory(employer=True, name=f"{marker.capitalize()} Hout")
    joining = ask(group=group)
    Request.objects.filter(pk=joining.pk).update(organisation=newcomer, company_name=newcomer.name)

    def meet(days: int) -> Meeting:
        start = NOW + timedelta(days=days)
        return Meeting.objects.create(
            group=group, topic_nl=f"Over {marker}", topic_en=f"About {marker}", place=f"Hal {marker}",
            starts_at=start, ends_at=start + timedelta(hours=2),
        )  # fmt: skip

    return {
        "question": ask(lab=house.provider),
        "answered": answered,
        "step": describe(),
        "signed step": signed,
        "peer-group": group,
        "member": member,
        "joining": joining,
        "meeting": meet(7),
        "held": meet(-2),
    }


def _of_the_programme(house: House, office: Organisation) -> dict[str, Any]:
    project = FundingProject.objects.create(
        code="efro-1",
        name_nl="Subsidie",
        name_en="Grant",
        fund="EFRO",
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
    )
    figure = {"indicator": "LEARNERS_UNIQUE", "value": 10}
    return {
        "project": project,
        "funding": fund_edition(project, house.rows["draft"], by=None),
        "target": Target.objects.create(starts_on=project.starts_on, ends_on=project.ends_on, **figure),
        "historic-figure": HistoricFigure.objects.create(
            period="2023", label_nl="Geleerd", label_en="Learned", source="Jaarverslag", **figure
        ),
        "fact": Fact.objects.create(
            kind=Fact.Kind.ATTENDANCE, key="attendance:0", quantity=390, counts_on=date(2027, 2, 1), recorded_at=NOW,
            person=house.people["learner"].uuid, category="employee", course_code=house.rows["course"].code,
        ),
        "subsidy": Subsidy.objects.create(
            name_nl="SLIM", name_en="SLIM", text_nl="Voor werkgevers.", text_en="For employers.",
            url="https://fonds.example/", checked_on=NOW.date(),
        ),
        "theme": Theme.objects.create(code="robotica", name_nl="Robotica", name_en="Robotics"),
        "topic": Topic.objects.create(code="robots", name_nl="Robots", name_en="Robots"),
        "skill": Skill.objects.first(),
        "office": office,
        "claim-request": ClaimRequest.objects.create(
            email="vraagt@campus.example",
            answers={"name": {"given_name": "Vera"}, "company": {"organisation_name": "Campus Staal"}},
            language="nl",
            created_at=NOW,
        ),
        "institution-sign-in": InstitutionSignIn.objects.create(
            provider="campus", email="nova@campus.example", answers={"uid": "1"}, language="nl", created_at=NOW
        ),
        "likely-double": LikelyDouble.objects.create(
            one=UserFactory(email="jan@dubbel.example"), other=UserFactory(email="jan@tweemaal.example"),
            reason="address", found_at=NOW,
        ),
        "merge": Merge.objects.create(
            kept=UserFactory(email="blijft@dubbel.example"), gone=UserFactory(is_active=False),
            gone_email="ging@dubbel.example", at=NOW, journal=[],
        ),
        "employer-merge": EmployerMerge.objects.create(
            kept=OrganisationFactory(employer=True, name="Blijft"),
            gone=OrganisationFactory(name="Ging"),
            at=NOW,
            journal=[],
        ),
        "identity": SiteIdentity.objects.get_or_create(pk=1, defaults={"name": "Leven lang leren"})[0],
    }  # fmt: skip


def state_of_everything() -> dict[str, list[tuple]]:
    """Every row of every model of ours, to see that nothing changed."""
    labels = ("kernel", "people", "courses", "enrolments", "certificates", "outbox", "webhooks", "kpis", "desk")
    models = [model for label in labels for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    return {model._meta.label: sorted(map(repr, model._base_manager.values_list())) for model in models}
