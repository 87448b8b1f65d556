"""Settings of the tests: nothing leaves the process, nothing is kept."""

from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from lms.settings import env, logs
from lms.settings.base import *  # noqa: F403  (settings are layers)

SECRET_KEY = "only-for-tests-and-long-enough-to-satisfy-every-check-of-its-length"  # noqa: S105  (no secret at all)
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
LMS_DEMO = True
LMS_WEBHOOKS_MAY_BE_LOCAL = True
LMS_MAY_BE_INDEXED = True
LMS_BASE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"
_folder_of_this_process = TemporaryDirectory(prefix="lms-tests-keys-")
LMS_KEYS = Path(_folder_of_this_process.name)
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{gettempdir()}/lms-tests-unused.sqlite3")}

CACHES = env.caches("CACHE_URL", "locmem://")
# A test sees what it changed; the page cache has tests of its own.
LMS_KEPT_PAGES = {}
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
