"""Settings of a worker in a process of its own that mails over a real line."""

import os

from lms.settings.dev import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ["TEST_MAIL_PORT"])
