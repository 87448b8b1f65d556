"""Who may see and do what at the desk.

The scope: the programme office sees every question, a coordinator what is routed to the own house, a convener the own
group. An auditor reads the statements that figures rest on, and no conversations.
"""

from lms.people.models import Role, User

MAY_REQUEST: dict[str, set[str]] = {
    "view": {Role.COORDINATOR, Role.OFFICER},
    "answer": {Role.COORDINATOR, Role.OFFICER},
    "hand_back": {Role.COORDINATOR, Role.OFFICER},
    "close": {Role.COORDINATOR, Role.OFFICER},
    "route": {Role.OFFICER},
}
MAY_STEP: dict[str, set[str]] = {
    "view": {Role.COORDINATOR, Role.OFFICER, Role.AUDITOR},
    "edit": {Role.COORDINATOR, Role.OFFICER},
    "verify": {Role.OFFICER},
}
MAY_GROUP: dict[str, set[str]] = {
    "view": {Role.COORDINATOR, Role.OFFICER},
    "edit": {Role.COORDINATOR, Role.OFFICER},
}


def works_at_desk(user: User) -> bool:
    """Whether the room of the desk is there for this person at all."""
    return user.is_authenticated and user.holds(*MAY_REQUEST["view"])
