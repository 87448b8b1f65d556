"""Settings that hold everywhere. Secrets and addresses come from the environment, through ``env`` alone.

In order: ours, Django, database, files, people, languages, templates, security, Wagtail, Celery, logs.
"""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from lms.settings import env, logs

BASE_DIR = Path(__file__).resolve().parents[2]

# Ours ----------------------------------------------------------------------------------------------------------------

# Everything the running platform keeps outside its database stands under this one directory.
LMS_VAR = Path(env.text("LMS_VAR", BASE_DIR / "var")).absolute()
# The broker that `manage.py serve` brings along listens here.
LMS_BROKER_SOCKET = env.socket_path(LMS_VAR)
# The name in subjects of mails and above the back office; the name on pages is content.
LMS_SITE = env.text("LMS_SITE", "Leven lang ontwikkelen")
# Absolute addresses in mails, PDFs and QR codes begin with this.
LMS_BASE_URL = env.text("LMS_BASE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}").rstrip("/")
# Where the private keys lie that sign certificates, unless a device or a service keeps them; only we may read it.
LMS_KEYS = Path(env.text("LMS_KEYS", LMS_VAR / "keys")).absolute()
# A device that keeps keys (PKCS#11): its module, the label of its token, its PIN.
LMS_SIGNER_PKCS11_MODULE = env.text("LMS_SIGNER_PKCS11_MODULE", "")
LMS_SIGNER_PKCS11_TOKEN = env.text("LMS_SIGNER_PKCS11_TOKEN", "")
LMS_SIGNER_PKCS11_PIN = env.text("LMS_SIGNER_PKCS11_PIN", "")
# A provider that keeps the seal's key (Cloud Signature Consortium): its address, our access token, the key's PIN.
LMS_SIGNER_CSC_URL = env.text("LMS_SIGNER_CSC_URL", "")
LMS_SIGNER_CSC_ACCESS = env.text("LMS_SIGNER_CSC_ACCESS", "")
LMS_SIGNER_CSC_PIN = env.text("LMS_SIGNER_CSC_PIN", "")
# A time-stamp service (RFC 3161) that says when a certificate was sealed, with its account in the address where it has
# one: https://name:password@tsa.example/. Empty means that seals carry our own time alone.
LMS_TIME_STAMPS = env.text("LMS_TIME_STAMPS", "")
# The demo shows its mailbox and its accounts to anyone. Only lms.settings.demo says True.
LMS_DEMO = False
# Whether search engines are welcome; a copy for trying things out is not to be found in them.
LMS_MAY_BE_INDEXED = False
# For how many seconds the whole answer is kept for visitors without a session, by the name of the address; see
# lms.page_cache. Pages say how many places are free.
LMS_KEPT_PAGES = (
    {
        "wagtail_serve": 15,
        "cms:editions": 5,
        "cms:guide": 15,
        "cms:compare": 15,
        "cms:suggestions": 15,
        "feeds:agenda_ical": 300,
        "feeds:lab_ical": 300,
        "feeds:course_ical": 300,
        "feeds:editions_rss": 300,
        "feeds:lab_rss": 300,
        "feeds:theme_rss": 300,
        "feeds:editions_atom": 300,
        "sitemap": 300,
        "sitemap_section": 300,
    }
    if env.flag("LMS_PAGE_CACHE", True)
    else {}
)
# How often one address may ask our machine addresses (/api, /oeapi, /edudex) in a minute; 0 is as often as it likes.
LMS_API_RATE = env.number("LMS_API_RATE", 600)
# The same for one key of an employer, wherever it asks from.
LMS_API_KEY_RATE = env.number("LMS_API_KEY_RATE", 300)
# Whether webhooks may go to this very machine, without TLS: for tests and a demo at home.
LMS_WEBHOOKS_MAY_BE_LOCAL = False
# Our number at EDU-DEX. Empty means that there is no feed.
LMS_EDUDEX_ORG_UNIT = env.text("LMS_EDUDEX_ORG_UNIT", "")
# Who may read /metrics: the bearer of this token. Empty means anyone who reaches it, which production refuses.
LMS_METRICS_TOKEN = ""

# Whether coordinators, HR, the programme office, auditors and editors need a passkey or an authenticator app before
# their roles open anything. Not in development and the demo, whose accounts all sign in with one password.
LMS_STAFF_NEEDS_SECOND_STEP = False

# Django --------------------------------------------------------------------------------------------------------------

DEBUG = False
ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "lms",
    "lms.kernel",
    "lms.people",
    "courses",
    "enrolments",
    "certificates",
    "lms.messages",
    "lms.messages.webhooks",
    "lms.kpis",
    "lms.desk",
    "lms.privacy",
    "cms",
    "wagtail.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "lms.people.apps.AdministratorsConfig",  # wagtail.users, closed to all but superusers
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "import_export",
    "django_htmx",
    "template_partials",
    "csp",
    "django_structlog",
    "django_prometheus",
    "health_check",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "lms.api.edge.MachineMiddleware",
    "lms.addresses.NoNulMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lms.csp.PolicyMiddleware",
    "lms.page_cache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lms.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lms.people.second_step.SecondStepMiddleware",
    "lms.back_office.DoorMiddleware",
    "cms.policies.PageDoorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

# Database and cache --------------------------------------------------------------------------------------------------

# No ATOMIC_REQUESTS: on SQLite every transaction takes the write lock (see env.database), so only actions open one.
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{LMS_VAR / 'db.sqlite3'}")}
CACHES = env.caches("CACHE_URL", "locmem://")

# Files ---------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_collected"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = LMS_VAR / "media"
STORAGES = {
    # Pictures and documents of the site, served to anyone.
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Certificates, exports, imports: read through a view that asks who is there; no address of their own.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": LMS_VAR / "private", "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# People and sign-in --------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    # Signs nobody in: says whom the back office opens for.
    "lms.people.access.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "enrolments:my"

# The mails of signing in leave through our outbox, like all others.
ACCOUNT_ADAPTER = "lms.messages.accounts.AccountAdapter"
ACCOUNT_FORMS = {"login": "lms.people.sign_in_forms.SignInForm"}
MFA_FORMS = {
    "activate_totp": "lms.people.sign_in_forms.AddAppForm",
    "authenticate": "lms.people.sign_in_forms.SecondStepForm",
    "reauthenticate": "lms.people.sign_in_forms.ShowItIsYouForm",
    "add_webauthn": "lms.people.sign_in_forms.AddPasskeyForm",
    "edit_webauthn": "lms.people.sign_in_forms.RenamePasskeyForm",
}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# No password at the start: people sign in with a mailed code; a password or passkey is theirs to add.
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# Three minutes, the default, is shorter than a slow mail server.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# A classroom shares one address, so the limits that count are those per account ("key"); the ones per address only
# stop a machine.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "300/m/ip,5/300s/key",
    "request_login_code": "120/m/ip,3/m/key",
    "reset_password": "120/m/ip,5/m/key",
    "reset_password_from_key": "120/m/ip",
    "signup": "120/m/ip",
    # Ours, through the same counter: a classroom enrols at once; an address gets five codes in twenty minutes.
    "enrol": "60/5m/ip,5/20m/key,20/d/key",
    "interest": "60/5m/ip,5/20m/key,20/d/key",
    "check_in": "20/5m/user",
    # Proving once more who one is, before handing over or erasing data.
    "prove": "20/5m/user",
    "address": "60/5m/ip,5/20m/key,20/d/key",
    "own_calendar": "600/5m/ip,60/5m/key",
    # A question to the desk: per address a machine is stopped, per company or token a person who holds the button down.
    "ask": "30/h/ip,6/h/key",
    "reply": "60/h/ip,20/h/key",
    # Asking to be HR, and asking a colleague to be it.
    "claim": "20/h/ip,6/h/key",
    "claim_code": "60/5m/ip,5/20m/key,20/d/key",
    "invite": "60/h/ip,30/h/key",
    # While typing the name of an employer.
    "employers": "600/m/ip",
}
MFA_ADAPTER = "lms.people.sign_in.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = LMS_SITE
# Providers are rows (SocialApp), one per organisation that brings its own sign-in; none of them is trusted to say that
# an e-mail address belongs to an existing account.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_ADAPTER = "lms.people.institutions.InstitutionAdapter"
# What we read of a provider's claims, and under which names: the first that says something. eduID and SURFconext spell
# some of them in more than one way. Who someone is, is always ``sub``.
LMS_SIGN_IN_CLAIMS = {
    "email": ["email", "mail"],
    "given_name": ["given_name", "givenname"],
    "family_name": ["family_name", "sn", "surname"],
}

# Languages and time --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

# Templates and forms -------------------------------------------------------------------------------------------------

FORMS_URLFIELD_ASSUME_HTTPS = True
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "csp.context_processors.nonce",
                "lms.kernel.context.interface",
            ],
        },
    },
]

# Security ------------------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

# What a browser may load and run on our pages: only our own files, and scripts that carry this response's nonce.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
# Signing in through an organisation's own provider is a form that ends, by redirects, at the provider's address.
LMS_SIGN_IN_POLICY = CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"form-action": [SELF, "https:"]}
# Wagtail's editor runs inline scripts and styles, and shows previews in a frame of its own.
LMS_BACK_OFFICE_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}

# Mail ----------------------------------------------------------------------------------------------------------------

EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{LMS_SITE} <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# When mail that may wait does wait, on the local clock; empty: never. Sundays include public holidays.
LMS_QUIET_HOURS = env.text("LMS_QUIET_HOURS", "20:00-08:00")
LMS_QUIET_SUNDAYS = env.flag("LMS_QUIET_SUNDAYS", True)

# Wagtail -------------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = LMS_SITE
WAGTAILADMIN_BASE_URL = LMS_BASE_URL
WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
# Asks what a picture shows.
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.pictures.PictureForm"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# Both would call other people's servers from our editors' browsers.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "xlsx", "zip"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# PostgreSQL stems Dutch in the back office's own search; SQLite ignores this. Visitors search through courses.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "dutch"}}

# Celery --------------------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.text("BROKER_URL", f"redis+socket://{LMS_BROKER_SOCKET}")
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
# A task counts as done when it has been done: a killed worker's tasks are delivered again.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task, or it runs twice.
    "visibility_timeout": env.number("CELERY_VISIBILITY_TIMEOUT", 900),
    # By default kombu looks for undelivered tasks every 100 s only.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # A request that rings while the broker is away gives up at once; the sweep finds the row (see lms.celery).
    "max_retries": 0,
    "socket_connect_timeout": 2,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = False

# Logs ----------------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
LOGGING = logs.lines(level=LOG_LEVEL, as_json=True)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# An address is personal data; the reverse proxy's log, with its own retention, is the place for it.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
