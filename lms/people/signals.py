"""What happens to accounts and employers, inside the transaction that it happens in."""

from django.dispatch import Signal

people_merged = Signal()  # merge, kept, gone, at
people_parted = Signal()  # merge, kept, gone, at
employers_merged = Signal()  # merge, kept, gone, at
employers_parted = Signal()  # merge, kept, gone, at
