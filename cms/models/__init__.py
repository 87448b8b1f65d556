"""The pages of the site. Each holds prose and says which facts it shows; the facts stay with the courses."""

from cms.models.agenda import AgendaPage
from cms.models.base import BasePage
from cms.models.courses import CourseIndexPage, CoursePage
from cms.models.home import HomePage
from cms.models.index import CourseIndexEntry
from cms.models.labs import LabIndexPage, LabPage
from cms.models.standard import StandardPage

__all__ = [
    "AgendaPage",
    "BasePage",
    "CourseIndexEntry",
    "CourseIndexPage",
    "CoursePage",
    "HomePage",
    "LabIndexPage",
    "LabPage",
    "StandardPage",
]
