"""The shell of the platform: settings, addresses, background work, commands."""

from lms.celery import app as celery_app

__all__ = ["celery_app"]
