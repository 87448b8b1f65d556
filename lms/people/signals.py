"""What happens to accounts, inside the transaction that it happens in."""

from django.dispatch import Signal

people_merged = Signal()  # merge, kept, gone, at
people_parted = Signal()  # merge, kept, gone, at
