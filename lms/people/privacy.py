"""What we keep about people themselves."""

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.kernel.privacy import Erasure, Term, counted, declare, delete, remove
from lms.people.erasing import empty_account, forget_identity
from lms.people.models import (
    AddressClaim,
    ApiAnswer,
    ApiToken,
    Claim,
    ClaimRequest,
    Department,
    EmployerMerge,
    Employment,
    InstitutionSignIn,
    Invitation,
    LikelyDouble,
    Membership,
    Merge,
    Organisation,
    SealedIdentity,
    User,
)

AFTER_THE_END = relativedelta(years=2)
INVITED = relativedelta(years=1)


def empty_accounts(rows: QuerySet, erasure: Erasure) -> int:
    """The account of the person; with a running project the name is sealed until the last date of all."""
    until = erasure.holds[-1].until if erasure.holds else None
    for user in rows.filter(erased_at=None):
        empty_account(user, is_held=erasure.is_held, keep_until=until, at=erasure.at)
    return 1


def empty_what_was_merged(rows: QuerySet, erasure: Erasure) -> int:
    """The accounts that were made part of this one, and those that were part of them, still hold the name."""
    kept = [erasure.subject.user.pk]
    while kept:
        parts = [one.gone for one in Merge.objects.standing().filter(kept__in=kept).select_related("gone")]
        for part in parts:
            empty_account(part, is_held=False, keep_until=None, at=erasure.at)
        kept = [one.pk for one in parts]
    return delete(rows, erasure)


declare(
    User,
    personal=["uuid", "email", "given_name", "initials", "name_prefix", "family_name", "language", "last_login"],
    purpose=_("Account: enrolling, attending, receiving certificates."),
    ground=_("contract; legitimate interest when an employer enrols"),
    keep=_("24 months after the last activity; then emptied"),
    owner=["pk"],
    secret=["password"],
    erase=empty_accounts,
    follows="privacy.PrivacyRequest",
)
declare(
    SealedIdentity,
    personal=["user", "full_name", "list_name"],
    purpose=_("Showing the evidence of a running project, to whoever checks it, after someone had their data erased."),
    ground=_("the grant holder's duty of proof"),
    keep=_("until the last date of those projects"),
    owner=["user"],
    erase=counted,
    terms=[
        Term(
            "people.sealed_identity",
            _("Names kept for evidence go after the last date of the project."),
            lambda at: SealedIdentity.objects.to_forget(timezone.localdate(at)),
            lambda row, at: forget_identity(row, at=at),
        )
    ],
)
declare(
    Membership,
    personal=["user", "role"],
    purpose=_("Knowing who may do what for an organisation."),
    ground=_("contract; legitimate interest"),
    keep=_("2 years after the end"),
    owner=["user"],
    erase=delete,
    terms=[
        Term(
            "people.membership",
            _("Roles go two years after they ended."),
            lambda at: Membership.objects.filter(ends_on__lt=timezone.localdate(at) - AFTER_THE_END),
            remove,
        )
    ],
)
declare(
    Employment,
    personal=["user", "organisation", "department"],
    purpose=_("Showing an employer the enrolments of its own employment period, and nothing else."),
    ground=_("legitimate interest"),
    keep=_("as long as the account"),
    owner=["user"],
    erase=delete,
    follows="people.User",
)
declare(
    Claim,
    personal=["claimant", "explanation"],
    purpose=_("Judging whether someone is HR of a company."),
    ground=_("contract (steps before it, at the person's request)"),
    keep=_("2 years after the decision"),
    owner=["claimant"],
    erase=delete,
    terms=[
        Term(
            "people.claim",
            _("Claims to be HR of a company go two years after the decision."),
            lambda at: Claim.objects.filter(decided_at__lt=at - AFTER_THE_END),
            remove,
        )
    ],
)
declare(
    ClaimRequest,
    personal=["email", "answers"],
    purpose=_("Asking to be HR of a company, once the address is confirmed."),
    ground=_("contract (steps before it, at the person's request)"),
    keep=_("a day"),
    address=["email"],
    secret=["token", "code_hash"],
    erase=delete,
    terms=[
        Term(
            "people.claim_request",
            _("Claims of who did not confirm an address go after a day."),
            lambda at: ClaimRequest.objects.filter(created_at__lte=at - ClaimRequest.KEPT),
            remove,
        )
    ],
)
declare(
    Invitation,
    personal=["email", "invited_by"],
    purpose=_("Asking a colleague to be HR too."),
    ground=_("legitimate interest of the employer"),
    keep=_("1 year after it ended"),
    address=["email"],
    secret=["token"],
    erase=delete,
    terms=[
        Term(
            "people.invitation",
            _("Invitations go a year after they ended."),
            lambda at: Invitation.objects.filter(expires_at__lt=at - INVITED),
            remove,
        )
    ],
)
declare(
    ApiToken,
    personal=["made_by", "revoked_by"],
    purpose=_("Knowing who let an organisation's own system in, and who stopped it."),
    ground=_("legitimate interest (security)"),
    keep=_("2 years after it stopped working"),
    owner=["made_by"],
    secret=["digest"],
    erase=counted,
    terms=[
        Term(
            "people.api_token",
            _("Keys to the API go two years after they stopped working."),
            lambda at: ApiToken.objects.filter(
                Q(expires_at__lt=at - AFTER_THE_END) | Q(revoked_at__lt=at - AFTER_THE_END)
            ),
            remove,
        )
    ],
)
declare(
    ApiAnswer,
    personal=[],
    purpose=_("Doing once what an organisation's system asks twice. Keys and questions are hashed; names nobody."),
    keep=_("2 days"),
    terms=[
        Term(
            "people.api_answer",
            _("What systems were answered goes after two days."),
            lambda at: ApiAnswer.objects.filter(given_at__lte=at - ApiAnswer.KEPT),
            remove,
        )
    ],
)
declare(
    EmployerMerge,
    personal=["by", "undone_by"],
    purpose=_("Knowing which employers were made one, and being able to take that back."),
    ground=_("legitimate interest (correct figures and proof)"),
    keep=_("as long as the account"),
    owner=["by", "undone_by"],
    erase=counted,
    follows="people.User",
)
declare(
    AddressClaim,
    personal=["user", "email"],
    purpose=_("Proving that an address is someone's own."),
    ground=_("contract"),
    keep=_("a day"),
    owner=["user"],
    address=["email"],
    secret=["token", "code_hash"],
    erase=delete,
    terms=[
        Term(
            "people.address_claim",
            _("Addresses that nobody confirmed go after a day."),
            lambda at: AddressClaim.objects.filter(created_at__lte=at - AddressClaim.KEPT),
            remove,
        )
    ],
)
declare(
    InstitutionSignIn,
    personal=["email", "answers"],
    purpose=_("Knowing who comes in through an institution or employer, once they have confirmed an address."),
    ground=_("contract"),
    keep=_("a day"),
    address=["email"],
    secret=["token", "code_hash"],
    erase=delete,
    terms=[
        Term(
            "people.institution_sign_in",
            _("First sign-ins through an institution go after a day."),
            lambda at: InstitutionSignIn.objects.filter(created_at__lte=at - InstitutionSignIn.KEPT),
            remove,
        )
    ],
)
declare(
    LikelyDouble,
    personal=["one", "other"],
    purpose=_("Having a human look whether two accounts are one person's, so that each is counted once."),
    ground=_("legitimate interest (correct figures); the grant holder's duty of proof"),
    keep=_("as long as the account"),
    owner=["one", "other"],
    # That two accounts were compared would tell the one of the other.
    secret=["one", "other"],
    erase=delete,
    follows="people.User",
)
declare(
    Merge,
    personal=["kept", "gone", "gone_email", "by", "undone_by"],
    purpose=_("Knowing which accounts were made one, and being able to take that back."),
    ground=_("legitimate interest (correct figures and proof)"),
    keep=_("as long as the account"),
    owner=["kept", "gone"],
    address=["gone_email"],
    secret=["journal"],
    erase=empty_what_was_merged,
    follows="people.User",
)
declare(Organisation)
declare(Department)
