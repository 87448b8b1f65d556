"""Settings of the tests: nothing leaves the process, nothing is kept."""

from tempfile import gettempdir

from lms.settings import env, logs
from lms.settings.base import *  # noqa: F403  (settings are layers)

SECRET_KEY = "only-for-tests-and-long-enough-to-satisfy-every-check-of-its-length"  # noqa: S105  (no secret at all)
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
LMS_DEMO = True
LMS_BASE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{gettempdir()}/lms-tests-unused.sqlite3")}

CACHES = {"default": env.cache("CACHE_URL", "locmem://")}
CELERY_BROKER_URL = env.text("BROKER_URL", "memory://")
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LOGGING = logs.lines(level="WARNING", as_json=False)
