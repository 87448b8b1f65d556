"""Settings for working on the code: errors in full, mails as files, everything under var/."""

from lms.settings import env, logs
from lms.settings.base import *  # noqa: F403  (settings are layers)
from lms.settings.base import LMS_VAR, LOG_LEVEL

DEBUG = True
SECRET_KEY = env.kept_secret(LMS_VAR / "secret_key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
LMS_DEMO = True
# What is edited is seen at once.
LMS_KEPT_PAGES = {}

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = LMS_VAR / "mail"

# Static files straight from static/ and the packages: no collectstatic between an edit and a reload.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

LOGGING = logs.lines(level=LOG_LEVEL, as_json=False)
