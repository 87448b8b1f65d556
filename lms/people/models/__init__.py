"""People, the organisations they belong to and the roles they hold there."""

from lms.people.models.api_answers import ApiAnswer
from lms.people.models.claims import Claim, ClaimRequest, Invitation
from lms.people.models.departments import Department
from lms.people.models.institutions import InstitutionSignIn
from lms.people.models.memberships import Employment, Membership, PeriodQuerySet
from lms.people.models.merging import (
    AddressClaim,
    EmployerMerge,
    LikelyDouble,
    LikelyDoubleQuerySet,
    Merge,
    MergeQuerySet,
    accounts_of,
)
from lms.people.models.organisations import Organisation, OrganisationQuerySet, kvk_number
from lms.people.models.proofs import AddressProof, AddressProofQuerySet
from lms.people.models.roles import STAFF, Role
from lms.people.models.sealed import SealedIdentity, SealedIdentityQuerySet
from lms.people.models.tokens import ApiToken, ApiTokenQuerySet
from lms.people.models.users import User, UserManager, UserQuerySet, normalised_email

__all__ = [
    "STAFF",
    "AddressClaim",
    "AddressProof",
    "AddressProofQuerySet",
    "ApiAnswer",
    "ApiToken",
    "ApiTokenQuerySet",
    "Claim",
    "ClaimRequest",
    "Department",
    "EmployerMerge",
    "Employment",
    "InstitutionSignIn",
    "Invitation",
    "LikelyDouble",
    "LikelyDoubleQuerySet",
    "Membership",
    "Merge",
    "MergeQuerySet",
    "Organisation",
    "OrganisationQuerySet",
    "PeriodQuerySet",
    "Role",
    "SealedIdentity",
    "SealedIdentityQuerySet",
    "User",
    "UserManager",
    "UserQuerySet",
    "accounts_of",
    "kvk_number",
    "normalised_email",
]
