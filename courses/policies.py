"""Who may see and do what with courses, editions and sessions.

The scope: a coordinator's own house, a trainer's own editions.
"""

from lms.people.models import Role

MAY_COURSE: dict[str, set[str]] = {
    "view": {Role.COORDINATOR, Role.TRAINER, Role.OFFICER, Role.AUDITOR},
    "edit": {Role.COORDINATOR, Role.OFFICER},
}
MAY_EDITION: dict[str, set[str]] = {
    "view": {Role.COORDINATOR, Role.TRAINER, Role.OFFICER, Role.AUDITOR},
    "edit": {Role.COORDINATOR, Role.OFFICER},
    "publish": {Role.COORDINATOR, Role.OFFICER},
    "cancel": {Role.COORDINATOR, Role.OFFICER},
    "decide": {Role.COORDINATOR, Role.OFFICER},
    "invoice": {Role.COORDINATOR, Role.OFFICER},
    "coordinate": {Role.COORDINATOR, Role.OFFICER},
    "record_results": {Role.TRAINER, Role.COORDINATOR, Role.OFFICER},
}
MAY_SESSION: dict[str, set[str]] = {
    "view": {Role.COORDINATOR, Role.TRAINER, Role.OFFICER, Role.AUDITOR},
    "edit": {Role.COORDINATOR, Role.OFFICER},
    "take_attendance": {Role.TRAINER, Role.COORDINATOR, Role.OFFICER},
    "sign_off": {Role.TRAINER, Role.COORDINATOR, Role.OFFICER},
    "sign_off_late": {Role.OFFICER},
    "reopen": {Role.OFFICER},
}
OWNER = "owner"  # the person whose interest it is; a relation, not a membership
MAY_INTEREST: dict[str, set[str]] = {
    "view": {Role.COORDINATOR, Role.OFFICER},
    "withdraw": {OWNER},
}
# Who may read facts from a spreadsheet, each within the own scope.
MAY_IMPORT = (Role.COORDINATOR, Role.OFFICER)
