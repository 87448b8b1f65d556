"""What we keep about people themselves."""

from lms.kernel.privacy import declare
from lms.people.models import ApiToken, Claim, Department, Employment, Invitation, Membership, Organisation, User

declare(
    User,
    personal=["uuid", "email", "given_name", "initials", "name_prefix", "family_name", "language", "last_login"],
    purpose="Account: enrolling, attending, receiving certificates.",
    ground="contract; legitimate interest when an employer enrols",
    keep="24 months after the last activity, then pseudonymised",
)
declare(
    Membership,
    personal=["user", "role"],
    purpose="Knowing who may do what for an organisation.",
    ground="contract; legitimate interest",
    keep="2 years after the end",
)
declare(
    Employment,
    personal=["user", "organisation", "department"],
    purpose="Showing an employer the enrolments of its own employment period, and nothing else.",
    ground="legitimate interest",
    keep="as long as the enrolments of that period",
)
declare(
    Claim,
    personal=["claimant", "explanation"],
    purpose="Judging whether someone is HR of a company.",
    ground="contract (steps before it, at the person's request)",
    keep="2 years after the decision",
)
declare(
    Invitation,
    personal=["email", "invited_by"],
    purpose="Asking a colleague to be HR too.",
    ground="legitimate interest of the employer",
    keep="1 year after it ended",
)
declare(
    ApiToken,
    personal=["made_by", "revoked_by"],
    purpose="Knowing who let an organisation's own system in, and who stopped it.",
    ground="legitimate interest (security)",
    keep="2 years after it stopped working",
)
declare(Organisation)
declare(Department)
