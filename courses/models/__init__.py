"""What is taught, when and where: courses, editions with sessions, places, and who waits for a date."""

from courses.models.editions import Edition, EditionQuerySet, Session, SessionQuerySet, TrainerLine
from courses.models.facts import Course, CourseQuerySet, CourseSkill, LearningOutcome, Mode, Part, Price, Skill, Theme
from courses.models.imports import CatalogueImport, CatalogueImportQuerySet
from courses.models.interests import Daypart, Interest, InterestQuerySet, InterestRequest, Telling, Weekday
from courses.models.places import ClosedPeriod, ClosedPeriodQuerySet, Location, Room
from courses.models.subsidies import Subsidy, SubsidyQuerySet

__all__ = [
    "CatalogueImport",
    "CatalogueImportQuerySet",
    "ClosedPeriod",
    "ClosedPeriodQuerySet",
    "Course",
    "CourseQuerySet",
    "CourseSkill",
    "Daypart",
    "Edition",
    "EditionQuerySet",
    "Interest",
    "InterestQuerySet",
    "InterestRequest",
    "LearningOutcome",
    "Location",
    "Mode",
    "Part",
    "Price",
    "Room",
    "Session",
    "SessionQuerySet",
    "Skill",
    "Subsidy",
    "SubsidyQuerySet",
    "Telling",
    "Theme",
    "TrainerLine",
    "Weekday",
]
