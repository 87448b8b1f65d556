"""Addresses to subscribe to. They have no language before them, and keep their name in every one."""

from django.urls import path, register_converter

from cms import feeds
from lms.kernel.languages import LANGUAGES


class LanguageConverter:
    """One of the site's languages."""

    regex = "|".join(LANGUAGES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageConverter, "language")

app_name = "feeds"
urlpatterns = [
    path("<language:language>/editions.rss", feeds.NewEditions(), name="editions_rss"),
    path("<language:language>/editions.atom", feeds.AtomEditions(), name="editions_atom"),
    path("<language:language>/labs/<slug:code>.rss", feeds.LabEditions(), name="lab_rss"),
    path("<language:language>/themes/<slug:code>.rss", feeds.ThemeEditions(), name="theme_rss"),
    path("<language:language>/agenda.ics", feeds.agenda_ical, name="agenda_ical"),
    path("<language:language>/labs/<slug:code>.ics", feeds.lab_ical, name="lab_ical"),
    path("<language:language>/courses/<slug:code>.ics", feeds.course_ical, name="course_ical"),
]
