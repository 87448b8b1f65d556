"""Who may read the figures and their evidence, and who is told of groups of fewer than five people."""

from lms.people.models import Role, User

MAY: dict[str, set[str]] = {
    "view": {Role.OFFICER, Role.AUDITOR},
    "see_small_groups": {Role.OFFICER},
}


def may(user: User, verb: str) -> bool:
    """Figures are of the programme as a whole, so a role in any house is asked, and no rows are scoped."""
    return user.is_authenticated and user.holds(*MAY[verb])
