"""Settings of ``make demo``: as in development, but errors look the way visitors would see them."""

from lms.settings import base, env
from lms.settings.dev import *  # noqa: F403  (settings are layers)
from lms.settings.dev import ALLOWED_HOSTS

DEBUG = False
# As in an installation, and not as in development.
LMS_KEPT_PAGES = base.LMS_KEPT_PAGES
# Files do not change under a running demo; looking them up once is enough.
WHITENOISE_AUTOREFRESH = False
# A receiver of one's own can be tried at home; a demo on a network sends only outward.
LMS_WEBHOOKS_MAY_BE_LOCAL = env.text("HOST", "127.0.0.1") in {"127.0.0.1", "localhost", "::1"}
# Whoever serves the demo to other machines knows under which names.
if env.text("HOST", "127.0.0.1") not in {"127.0.0.1", "localhost", "::1"}:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, "*"]
