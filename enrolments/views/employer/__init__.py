"""The employer's room: who learns what as far as an employer may know, and what HR keeps of its own people."""

from enrolments.views.employer.approvals import approvals
from enrolments.views.employer.claims import claim, claim_code, invitation, renew_claim_code, withdraw_claim
from enrolments.views.employer.colleagues import colleagues, end_colleague, withdraw_invitation
from enrolments.views.employer.departments import department, departments
from enrolments.views.employer.enrolling import enrol_staff, staff_enrolment
from enrolments.views.employer.people import people, person
from enrolments.views.employer.room import export, room

__all__ = [
    "approvals",
    "claim",
    "claim_code",
    "colleagues",
    "department",
    "departments",
    "end_colleague",
    "enrol_staff",
    "export",
    "invitation",
    "people",
    "person",
    "renew_claim_code",
    "room",
    "staff_enrolment",
    "withdraw_claim",
    "withdraw_invitation",
]
