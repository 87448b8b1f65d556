"""The pages of the site. Each holds prose and says which facts it shows; the facts stay with the courses."""

from cms.models.agenda import AgendaPage
from cms.models.approval import OfficeApproval
from cms.models.base import BasePage
from cms.models.courses import CourseIndexPage, CoursePage
from cms.models.home import HomePage
from cms.models.index import CourseIndexEntry
from cms.models.labs import LabIndexPage, LabPage
from cms.models.partners import PartnerIndexPage, PartnerPage
from cms.models.standard import StandardPage
from cms.models.stories import StoryIndexPage, StoryPage
from cms.models.themes import ThemeIndexPage, ThemePage
from cms.models.translations import TranslationCheck

__all__ = [
    "AgendaPage",
    "BasePage",
    "CourseIndexEntry",
    "CourseIndexPage",
    "CoursePage",
    "HomePage",
    "LabIndexPage",
    "LabPage",
    "OfficeApproval",
    "PartnerIndexPage",
    "PartnerPage",
    "StandardPage",
    "StoryIndexPage",
    "StoryPage",
    "ThemeIndexPage",
    "ThemePage",
    "TranslationCheck",
]
