"""Settings of a real installation. Nothing secret has a default: what is missing stops the start, by name."""

from lms.settings import env
from lms.settings.base import *  # noqa: F403  (settings are layers)
from lms.settings.base import CONTENT_SECURITY_POLICY, STORAGES

SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", required=True)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
LMS_BASE_URL = WAGTAILADMIN_BASE_URL = env.text("LMS_BASE_URL").rstrip("/")
LMS_METRICS_TOKEN = env.text("LMS_METRICS_TOKEN")
LMS_STAFF_NEEDS_SECOND_STEP = env.flag("LMS_STAFF_NEEDS_SECOND_STEP", True)
LMS_MAY_BE_INDEXED = env.flag("LMS_MAY_BE_INDEXED", True)

DATABASES = {"default": env.database("DATABASE_URL")}
CACHES = env.caches("CACHE_URL")
CELERY_BROKER_URL = env.text("BROKER_URL")

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", True)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL")

SECURE_SSL_REDIRECT = True
# Probes come from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 1)
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
