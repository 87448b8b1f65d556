"""What we keep about people themselves."""

from lms.kernel.privacy import declare
from lms.people.models import Employment, Membership, Organisation, User

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
    personal=["user", "organisation"],
    purpose="Showing an employer the enrolments of its own employment period, and nothing else.",
    ground="legitimate interest",
    keep="as long as the enrolments of that period",
)
declare(Organisation)
