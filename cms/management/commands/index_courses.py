"""Write the words of every course anew, for the search."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.models import CourseIndexEntry
from cms.search import index_courses


class Command(BaseCommand):
    help = "Writes the words by which every course is found anew; needed after a release that cuts words otherwise."

    def handle(self, **_options: Any) -> None:
        index_courses()
        self.stdout.write(f"{CourseIndexEntry.objects.count()} entries written.")
