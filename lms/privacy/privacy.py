"""Declarations for models that have no app of ours to speak for them: the kernel's and the libraries'."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.apps import apps
from django.contrib.sessions.models import Session
from wagtail.models import ModelLogEntry, PageLogEntry, Revision
from wagtail.users.models import UserProfile

from lms.kernel.models import Event, SiteIdentity
from lms.kernel.privacy import REGISTER, declare

declare(
    Event,
    personal=["by"],
    purpose="Audit trail: who changed what. Holds ids and states, never names.",
    ground="legitimate interest (proof and security)",
    keep="2 years; events about evidence as long as the evidence",
)
declare(SiteIdentity)
declare(
    EmailAddress,
    personal=["user", "email"],
    purpose="Signing in by a code sent to a proven address.",
    ground="contract",
    keep="as long as the account",
)
declare(
    EmailConfirmation,
    personal=["email_address"],
    purpose="Proving an address.",
    ground="contract",
    keep="until proven, at most 3 days",
)
declare(
    Authenticator,
    personal=["user", "data"],
    purpose="Passkeys and one-time codes for signing in.",
    ground="contract; legitimate interest (security) for staff",
    keep="as long as the account",
)
declare(
    SocialAccount,
    personal=["user", "uid", "extra_data"],
    purpose="Signing in through an institution or employer.",
    ground="contract",
    keep="as long as the account",
)
declare(
    SocialToken,
    personal=["account", "token", "token_secret"],
    purpose="Signing in through an institution or employer.",
    ground="contract",
    keep="not stored: the setting is off",
)
declare(
    Session,
    personal=["session_data"],
    purpose="Staying signed in.",
    ground="contract",
    keep="2 weeks",
)
for editorial in (PageLogEntry, ModelLogEntry, Revision):
    declare(
        editorial,
        personal=["user"],
        purpose="Which editor changed which page.",
        ground="legitimate interest (proof and security)",
        keep="2 years",
    )
declare(
    UserProfile,
    personal=["user", "avatar"],
    purpose="An editor's own settings of the back office.",
    ground="contract",
    keep="as long as the account",
)

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
