"""Whom a course can be for. The words belong to the app that knows learners; it fills them in when it loads."""

from __future__ import annotations

from django.utils.functional import Promise

learner_categories: list[tuple[str, str | Promise]] = []
