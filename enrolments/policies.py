"""Who may see and do what with enrolments and attendance."""

from lms.people.models import Role

LEARNER = "learner"  # the person it is about; a relation, not a membership

MAY: dict[str, set[str]] = {
    "view": {LEARNER, Role.HR, Role.TRAINER, Role.COORDINATOR, Role.OFFICER, Role.AUDITOR},
    "withdraw": {LEARNER, Role.COORDINATOR, Role.OFFICER},
    "move": {LEARNER, Role.COORDINATOR, Role.OFFICER},
    "answer_offer": {LEARNER},
    "cancel": {Role.COORDINATOR, Role.OFFICER},
    "confirm_attendance": {LEARNER},
    "record_result": {Role.TRAINER, Role.COORDINATOR, Role.OFFICER},
    "share": {LEARNER},
}
# Provider and intake are decided by the coordinators of that house, the employer's by its HR.
MAY_APPROVAL: dict[str, set[str]] = {
    "view": {LEARNER, Role.COORDINATOR, Role.HR, Role.OFFICER},
    "decide": {Role.COORDINATOR, Role.HR, Role.OFFICER},
}
# What a company sends in for its people: its own HR, the house that gives the edition, the programme office.
MAY_GROUP: dict[str, set[str]] = {
    "view": {Role.HR, Role.COORDINATOR, Role.OFFICER},
    "edit": {Role.HR, Role.COORDINATOR, Role.OFFICER},
}
