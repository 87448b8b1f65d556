"""Compare the ledger with the domain: what counts there must be what happened here."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.kpis.reconciliation import reconcile


class Command(BaseCommand):
    help = "Proves that the ledger equals the domain; names every difference and ends with an error if there is one."

    def handle(self, **_options: Any) -> None:
        differences = reconcile()
        for difference in differences:
            self.stdout.write(str(difference))
        if differences:
            raise CommandError(f"{len(differences)} differences between the ledger and the domain.")
        self.stdout.write("The ledger equals the domain.")
