"""Who is HR of an employer, and what HR keeps of its own people: claims, invitations, departments, the last day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.post import post
from lms.kernel.states import TransitionRefused, move
from lms.people import letters
from lms.people.actions import end_employment, find_or_create_person
from lms.people.models import (
    Claim,
    Department,
    Employment,
    Invitation,
    Membership,
    Organisation,
    Role,
    User,
    normalised_email,
)
from lms.people.tokens import tell_of_tokens


class LastOfHR(Exception):
    """Without this person nobody would be HR of the employer."""


class AlreadyHR(Exception):
    """This person is HR of the employer already."""


class AlreadyAsked(Exception):
    """The same claim waits already."""


class NotForYou(Exception):
    """The invitation is for another address, or the address was not proved by a code."""


class NameTaken(Exception):
    """The employer has a department with this name already."""


class AnotherEmployer(Exception):
    """The department is another employer's than the employment."""


# Claims ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def claim_company(
    *, kvk_number: str, organisation_name: str, explanation: str, language: str, by: User, at: datetime
) -> Claim:
    """Ask the programme office to be made HR of a company; it is told by mail. Raises AlreadyHR, AlreadyAsked."""
    today = timezone.localdate(at)
    held = by.memberships.current(today).filter(role=Role.HR, organisation__kvk_number=kvk_number)
    if held.exists():
        raise AlreadyHR(kvk_number)
    try:
        with transaction.atomic():
            claim = Claim.objects.create(
                claimant=by,
                kvk_number=kvk_number,
                organisation_name=organisation_name.strip(),
                explanation=explanation.strip(),
                language=language,
                asked_at=at,
            )
    except IntegrityError:
        raise AlreadyAsked(kvk_number) from None
    Event.record(claim, "claim.made", by=by, at=at)
    for officer in _officers(at):
        post(letters.claim_waiting(claim, officer), at=at)
    return claim


def _officers(at: datetime) -> QuerySet[User]:
    """Who decides about claims today."""
    held = Membership.objects.current(timezone.localdate(at)).filter(role=Role.OFFICER)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("pk")


@transaction.atomic
def withdraw_claim(claim: Claim, *, by: User, at: datetime) -> Claim:
    """Ask for it no more. Raises TransitionRefused when it was decided meanwhile."""
    require(by, "withdraw", claim)
    return move(
        claim, to=Claim.State.WITHDRAWN, allowed=Claim.TRANSITIONS, by=by, verb="claim.withdrawn", at=at, decided_at=at
    )


@transaction.atomic
def approve_claim(claim: Claim, *, by: User | None, at: datetime) -> Claim:
    """Make the claimant HR of the company with this KvK number, which is entered if we do not know it yet.

    Whoever approves has looked at the company too, so it needs no other review.
    """
    require(by, "decide", claim)
    company, created = Organisation.objects.select_for_update().get_or_create(
        kvk_number=claim.kvk_number,
        defaults={"name": claim.organisation_name, "is_employer": True, "reviewed_at": at},
    )
    if created:
        Event.record(company, "organisation.entered", by=by, at=at)
    elif not (company.is_employer and company.reviewed_at):
        company.is_employer, company.reviewed_at = True, company.reviewed_at or at
        company.save(update_fields=["is_employer", "reviewed_at"])
    move(
        claim,
        to=Claim.State.APPROVED,
        allowed=Claim.TRANSITIONS,
        by=by,
        verb="claim.approved",
        at=at,
        decided_at=at,
        organisation=company,
    )
    _make_hr(claim.claimant, company, by=by, at=at)
    post(letters.claim_approved(claim), at=at)
    return claim


@transaction.atomic
def decline_claim(claim: Claim, *, reason: str, by: User | None, at: datetime) -> Claim:
    """Not HR; the claimant reads why."""
    require(by, "decide", claim)
    move(
        claim,
        to=Claim.State.DECLINED,
        allowed=Claim.TRANSITIONS,
        by=by,
        verb="claim.declined",
        at=at,
        decided_at=at,
        reason=reason.strip(),
    )
    post(letters.claim_declined(claim), at=at)
    return claim


# Invitations and colleagues -------------------------------------------------------------------------------------------


@transaction.atomic
def invite_hr(organisation: Organisation, *, email: str, language: str, by: User | None, at: datetime) -> Invitation:
    """Ask someone by mail to be HR of this employer too; an earlier invitation of the address is replaced.

    Raises AlreadyHR.
    """
    require(by, "keep_hr", organisation)
    email = normalised_email(email)
    held = organisation.memberships.current(timezone.localdate(at)).filter(role=Role.HR, user__email=email)
    if held.exists():
        raise AlreadyHR(email)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    for earlier in organisation.invitations.filter(email=email, state=Invitation.State.OPEN):
        _withdraw(earlier, by=by, at=at)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        language=language,
        invited_by=by,
        created_at=at,
        expires_at=at + Invitation.KEPT,
    )
    Event.record(invitation, "invitation.sent", by=by, at=at, data={"organisation": organisation.pk})
    post(letters.invitation(invitation), at=at)
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User | None, at: datetime) -> Invitation:
    """The link opens nothing any more. Raises TransitionRefused when it was used meanwhile."""
    require(by, "keep_hr", invitation.organisation)
    return _withdraw(invitation, by=by, at=at)


def _withdraw(invitation: Invitation, *, by: User | None, at: datetime) -> Invitation:
    return move(
        invitation,
        to=Invitation.State.WITHDRAWN,
        allowed=Invitation.TRANSITIONS,
        by=by,
        verb="invitation.withdrawn",
        at=at,
    )


@transaction.atomic
def open_account_for(invitation: Invitation, *, at: datetime) -> User:
    """Let the invited address sign in by code: whoever follows the link has read the mail that was sent to it."""
    if not invitation.is_open(at):
        raise TransitionRefused(f"Invitation {invitation.pk} is not open.")
    person = find_or_create_person(invitation.email, language=invitation.language, at=at)
    # Known and not proved, so that the code proves it: of an address that it does not know allauth asks a second one.
    EmailAddress.objects.get_or_create(
        user=person, email=invitation.email, defaults={"primary": person.email == invitation.email}
    )
    return person


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether this is the invited address of this person, proved or not."""
    addresses = EmailAddress.objects.filter(user=user, email=invitation.email)
    return user.email == invitation.email or addresses.exists()


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User, at: datetime) -> Membership:
    """Be HR. Only for the invited address, proved by a code; raises NotForYou, TransitionRefused."""
    if not EmailAddress.objects.filter(user=by, email=invitation.email, verified=True).exists():
        raise NotForYou(invitation.pk)
    if not invitation.is_open(at):
        raise TransitionRefused(f"Invitation {invitation.pk} is not open.")
    move(
        invitation,
        to=Invitation.State.ACCEPTED,
        allowed=Invitation.TRANSITIONS,
        by=by,
        verb="invitation.accepted",
        at=at,
    )
    return _make_hr(by, invitation.organisation, by=by, at=at)


def _make_hr(user: User, organisation: Organisation, *, by: User | None, at: datetime) -> Membership:
    """The role, from today on; twice is once."""
    today = timezone.localdate(at)
    if held := organisation.memberships.current(today).filter(user=user, role=Role.HR).first():
        return held
    membership = Membership.objects.create(user=user, organisation=organisation, role=Role.HR, starts_on=today)
    Event.record(membership, "membership.given", by=by, at=at, data={"role": Role.HR, "organisation": organisation.pk})
    return membership


@transaction.atomic
def end_hr(membership: Membership, *, by: User | None, at: datetime) -> None:
    """Take someone's HR role away, at once. Raises LastOfHR, unless the programme office does it.

    A period counts in whole days, both ends included: so it ends yesterday, and one that began today is undone.
    """
    company = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    require(by, "keep_hr", company)
    today = timezone.localdate(at)
    others = company.memberships.current(today).filter(role=Role.HR, user__is_active=True).exclude(pk=membership.pk)
    if by is not None and not by.holds(Role.OFFICER) and not others.exists():
        raise LastOfHR(membership.pk)
    data = {"on": today, "role": Role.HR, "organisation": company.pk, "person": membership.user_id}
    Event.record(membership, "membership.ended", by=by, at=at, data=data)
    tell_of_tokens(membership, at=at)
    if membership.starts_on < today:
        membership.ends_on = today - timedelta(days=1)
        membership.save(update_fields=["ends_on"])
    else:
        membership.delete()


# Departments and people -----------------------------------------------------------------------------------------------


@transaction.atomic
def ask_hr_first(organisation: Organisation, asks: bool, *, by: User | None, at: datetime) -> Organisation:
    """Whether HR approves what people of this employer enrol in themselves; for its HR and the office. Twice is once.

    What waits for an answer already goes on waiting for it.
    """
    require(by, "keep_hr", organisation)
    changed = Organisation.objects.filter(pk=organisation.pk, approves_enrolments=not asks)
    if changed.update(approves_enrolments=asks):
        verb = "organisation.asks_hr_first" if asks else "organisation.asks_nobody"
        Event.record(organisation, verb, by=by, at=at)
    organisation.refresh_from_db(fields=["approves_enrolments"])
    return organisation


@transaction.atomic
def add_department(organisation: Organisation, name: str, *, by: User | None, at: datetime) -> Department:
    """Raises NameTaken."""
    require(by, "keep_hr", organisation)
    department = _named(Department(organisation=organisation), name)
    Event.record(department, "department.created", by=by, at=at, data={"organisation": organisation.pk})
    return department


@transaction.atomic
def rename_department(department: Department, name: str, *, by: User | None, at: datetime) -> Department:
    """Raises NameTaken."""
    require(by, "keep_hr", department.organisation)
    _named(department, name)
    Event.record(department, "department.renamed", by=by, at=at)
    return department


def _named(department: Department, name: str) -> Department:
    department.name = " ".join(name.split())
    try:
        with transaction.atomic():
            department.save()
    except IntegrityError:
        raise NameTaken(department.name) from None
    return department


@transaction.atomic
def remove_department(department: Department, *, by: User | None, at: datetime) -> None:
    """The people in it stay, without a department."""
    require(by, "keep_hr", department.organisation)
    Event.record(department, "department.removed", by=by, at=at, data={"organisation": department.organisation_id})
    department.delete()


@transaction.atomic
def put_in_department(
    employment: Employment, department: Department | None, *, by: User | None, at: datetime
) -> Employment:
    """Raises AnotherEmployer when the department is not of the employer where this person works."""
    require(by, "keep_hr", employment.organisation)
    if department is not None and department.organisation_id != employment.organisation_id:
        raise AnotherEmployer(employment.pk)
    if employment.department_id != (department.pk if department else None):
        employment.department = department
        employment.save(update_fields=["department"])
        Event.record(
            employment, "employment.placed", by=by, at=at, data={"department": department.pk if department else None}
        )
    return employment


@transaction.atomic
def let_go(employment: Employment, *, on: date, by: User | None) -> Employment:
    """HR enters someone's last day; from the day after it sees nothing new, and what was shared no longer."""
    require(by, "keep_hr", employment.organisation)
    return end_employment(employment, by=by, on=on)
