"""Declarations for models that have no app of ours to speak for them: the kernel's, the libraries', and our own."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from dateutil.relativedelta import relativedelta
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry, PageLogEntry, Revision
from wagtail.users.models import UserProfile

from lms.kernel.models import Event, SiteIdentity
from lms.kernel.privacy import REGISTER, Erasure, Term, blank, counted, declare, delete, remove
from lms.people.models import User
from lms.privacy.actions import drop_file, erase_for_inactivity
from lms.privacy.models import IdentityProof, PrivacyRequest, TermRun
from lms.privacy.running import inactive_accounts

TWO_YEARS = relativedelta(years=2)
PROVING = timedelta(days=3)


def _acted_long_ago(at: datetime) -> QuerySet:
    """Events that name who did it; those about figures and their evidence keep it as long as the evidence."""
    return Event.objects.filter(at__lt=at - TWO_YEARS, by__isnull=False).exclude(object_type__app_label="kpis")


def _forget_who(row: Event, at: datetime) -> None:
    Event._base_manager.filter(pk=row.pk).update(by=None)


def forget_labels(rows: QuerySet, erasure: Erasure) -> int:
    """Wagtail writes down what the thing was called: of a person that is the name."""
    about = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(erasure.subject.user.pk)
    )
    return about.update(label="", data={})


declare(
    Event,
    personal=["by"],
    purpose=_("Audit trail: who changed what. Holds ids and states, never names."),
    ground=_("legitimate interest (proof and security)"),
    keep=_("2 years; events about evidence as long as the evidence"),
    owner=["by"],
    erase=counted,
    terms=[
        Term("kernel.event", _("Who did something is forgotten after two years."), _acted_long_ago, _forget_who),
    ],
)
declare(SiteIdentity)
declare(
    EmailAddress,
    personal=["user", "email"],
    purpose=_("Signing in by a code sent to a proven address."),
    ground=_("contract"),
    keep=_("as long as the account"),
    owner=["user"],
    erase=delete,
    follows="people.User",
)
declare(
    EmailConfirmation,
    personal=["email_address"],
    purpose=_("Proving an address."),
    ground=_("contract"),
    keep=_("until proven, at most 3 days"),
    owner=["email_address__user"],
    secret=["key"],
    erase=delete,
    terms=[
        Term(
            "account.email_confirmation",
            _("Unused proofs of an address go after three days."),
            lambda at: EmailConfirmation.objects.filter(created__lt=at - PROVING),
            remove,
        )
    ],
)
declare(
    Authenticator,
    personal=["user", "data"],
    purpose=_("Passkeys and one-time codes for signing in."),
    ground=_("contract; legitimate interest (security) for staff"),
    keep=_("as long as the account"),
    owner=["user"],
    secret=["data"],
    erase=delete,
    follows="people.User",
)
declare(
    SocialAccount,
    personal=["user", "uid", "extra_data"],
    purpose=_("Signing in through an institution or employer."),
    ground=_("contract"),
    keep=_("as long as the account"),
    owner=["user"],
    erase=delete,
    follows="people.User",
)
declare(
    SocialToken,
    personal=["account", "token", "token_secret"],
    purpose=_("Signing in through an institution or employer."),
    ground=_("contract"),
    keep=_("not stored: the setting is off"),
    owner=["account__user"],
    secret=["token", "token_secret"],
    erase=delete,
    follows="people.User",
)
declare(
    Session,
    personal=["session_data"],
    purpose=_("Staying signed in."),
    ground=_("contract"),
    keep=_("2 weeks"),
    elsewhere="Holds the number of an account and no name; an emptied account is signed out everywhere.",
    terms=[
        Term(
            "sessions.session",
            _("Who stayed signed in too long is signed out."),
            lambda at: Session.objects.filter(expire_date__lt=at),
            remove,
        )
    ],
)
for editorial in (PageLogEntry, ModelLogEntry, Revision):
    stamp = "created_at" if editorial is Revision else "timestamp"
    declare(
        editorial,
        personal=["user"],
        purpose=_("Which editor changed which page."),
        ground=_("legitimate interest (proof and security)"),
        keep=_("2 years"),
        owner=["user"],
        erase=forget_labels if editorial is ModelLogEntry else counted,
        terms=[
            Term(
                f"wagtailcore.{editorial._meta.model_name}",
                _("Which editor changed what is forgotten after two years."),
                lambda at, editorial=editorial, stamp=stamp: editorial.objects.filter(  # type: ignore[misc]
                    **{f"{stamp}__lt": at - TWO_YEARS}, user__isnull=False
                ),
                lambda row, at: type(row)._base_manager.filter(pk=row.pk).update(user=None),
            )
        ],
    )
declare(
    UserProfile,
    personal=["user", "avatar"],
    purpose=_("An editor's own settings of the back office."),
    ground=_("contract"),
    keep=_("as long as the account"),
    owner=["user"],
    erase=delete,
    follows="people.User",
)

# Our own --------------------------------------------------------------------------------------------------------------

declare(
    PrivacyRequest,
    personal=["person", "email", "name", "note", "answer", "file", "entered_by"],
    purpose=_("Answering what someone asks about their own data within the month that the law gives."),
    ground=_("legal duty (GDPR art. 12)"),
    keep=_("2 years after it was settled; a file to download 7 days"),
    owner=["person"],
    address=["email"],
    secret=["file", "entered_by"],
    erase=blank(email="", name="", note="", answer=""),
    terms=[
        Term(
            "privacy.file",
            _("A file with one's own data goes after seven days."),
            lambda at: PrivacyRequest.objects.with_expired_file(at),
            lambda row, at: drop_file(row, at=at),
            soon=True,
        ),
        Term(
            "privacy.request",
            _("Requests go two years after they were settled."),
            lambda at: PrivacyRequest.objects.filter(settled_at__lt=at - TWO_YEARS),
            remove,
        ),
        Term(
            "people.user",
            _("Accounts without any activity for twenty-four months are emptied."),
            inactive_accounts,
            lambda row, at: erase_for_inactivity(row, at=at),
        ),
    ],
)
declare(
    IdentityProof,
    personal=["person", "email", "answers"],
    purpose=_("Being sure who it is before handing over or erasing data."),
    ground=_("legal duty (GDPR art. 12)"),
    keep=_("24 hours"),
    owner=["person"],
    address=["email"],
    secret=["token", "code_hash"],
    erase=delete,
    terms=[
        Term(
            "privacy.identity_proof",
            _("Codes to prove who you are go after a day."),
            lambda at: IdentityProof.objects.filter(created_at__lte=at - IdentityProof.KEPT),
            remove,
        )
    ],
)
declare(TermRun)

# Everything else of the libraries is about pages, searching or scheduling, or points at an editor's account.
LIBRARIES = (
    "account", "admin", "auth", "contenttypes", "mfa", "sessions", "sites", "socialaccount", "taggit",
    "wagtailadmin", "wagtailcore", "wagtaildocs", "wagtailembeds", "wagtailforms", "wagtailimages",
    "wagtailredirects", "wagtailsearch", "wagtailusers", "modelsearch", "wagtaillocales",
)  # fmt: skip
for library in LIBRARIES:
    if library in apps.app_configs:
        for model in apps.get_app_config(library).get_models():
            if model not in REGISTER:
                declare(model)
