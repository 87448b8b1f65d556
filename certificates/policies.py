"""Who may see and do what with certificates. HR sees what the learner granted, and that is a matter of rows."""

from lms.people.models import Role

LEARNER = "learner"

MAY: dict[str, set[str]] = {
    "view": {LEARNER, Role.COORDINATOR, Role.OFFICER, Role.AUDITOR},
    "download": {LEARNER, Role.HR, Role.COORDINATOR, Role.OFFICER, Role.AUDITOR},
    "share": {LEARNER},
    "issue": {Role.COORDINATOR, Role.OFFICER},
    "revoke": {Role.COORDINATOR, Role.OFFICER},
    "supersede": {Role.COORDINATOR, Role.OFFICER},
}
# A coordinator's own house; the programme office's layouts are for every house to see and to choose.
MAY_LAYOUT: dict[str, set[str]] = {
    "view": {Role.COORDINATOR, Role.OFFICER, Role.AUDITOR},
    "edit": {Role.COORDINATOR, Role.OFFICER},
}
MAY_HELD: dict[str, set[str]] = {
    "view": {Role.COORDINATOR, Role.OFFICER, Role.AUDITOR},
    "decide": {Role.COORDINATOR, Role.OFFICER},
}
