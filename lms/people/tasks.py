"""Background work about people."""

from celery import shared_task
from django.utils import timezone

from lms.people.addresses import forget_claims
from lms.people.claim_requests import forget_claim_requests
from lms.people.doubles import find_likely_doubles
from lms.people.institutions import forget_sign_ins


@shared_task
def look_for_doubles() -> int:
    """Put accounts that look like one person's on the programme office's list; every night."""
    return find_likely_doubles(at=timezone.now())


@shared_task
def forget_old_claims() -> int:
    """Forget what waited for an address that nobody confirmed within a day."""
    at = timezone.now()
    return forget_claims(at=at) + forget_sign_ins(at=at) + forget_claim_requests(at=at)
