"""What the freshly seeded demo holds: one of each that a page can be about, by name."""

# Who can sign in with the password of the demo.
ACCOUNTS = """
from lms.management.commands.serve import demo_accounts
print(*(email for email, _ in demo_accounts()))
"""

# What the demo has of each kind at this moment. Its editions lie around today, so nothing here has a fixed name.
WHAT_THERE_IS = """
import json
from django.utils import timezone
from certificates.models import Bundle, Certificate, EarlierBatch, EarlierCertificate, RevocationProposal
from courses.models import Edition, Session
from courses.phases import Phase
from enrolments.models import Enrolment, Order
from lms.kpis.models import Fact
from lms.messages.models import MailText, Message
from lms.messages.stopping import token_of
from lms.privacy.models import PrivacyRequest
from lms.people.models import LikelyDouble, Organisation

now = timezone.now()
found = {}
for edition in Edition.objects.exclude(state="draft").order_by("starts_at"):
    found.setdefault(edition.phase(now).value, edition.code)
for enrolment in Enrolment.objects.filter(learner__email="learner@demo.example"):
    found.setdefault(f"my_{enrolment.state}", enrolment.code)
taught = Session.objects.filter(edition__trainers__email="trainer@demo.example", edition__state="published")
taught = taught.filter(edition__enrolments__isnull=False).order_by("starts_at")
found["closed_list"] = str(taught.filter(state="signed_off").last().uuid)
found["coming_list"] = str(taught.filter(state="planned", starts_at__gt=now).last().uuid)
found["todays_list"] = str(taught.on_day(now).order_by("-edition__seats_taken").first().uuid)
found["assessed"] = taught.filter(state="signed_off").last().edition.code
for certificate in Certificate.objects.order_by("pk"):
    state = "expired" if certificate.is_expired() else certificate.state
    found.setdefault(f"certificate_{state}", certificate.grouped_number)
mine = Certificate.objects.filter(enrolment__learner__email="learner@demo.example", state="issued")
found["my_certificate"] = mine.first().grouped_number
found["shared_certificate"] = mine.order_by("-pk").first().grouped_number
found["link"] = mine.exclude(shares=None).first().shares.first().token
for fact in Fact.objects.order_by("pk"):
    found.setdefault("fact_taken_back" if fact.corrects_id else f"fact_{fact.kind}", fact.pk)
company = Organisation.objects.filter(memberships__user__email="hr@demo.example").order_by("name").first()
found["works_for_hr"] = company.employments.filter(ends_on=None).order_by("pk").first().pk
found["department"] = company.departments.first().pk
found["seen_by_hr"] = company.enrolments.filter(learner=company.employments.order_by("pk").first().user).first().code
found["webhook"], found["key"] = str(company.webhooks.first().uuid), str(company.tokens.order_by("-pk").first().uuid)
groups = company.group_enrolments
found["group_checking"] = str(groups.filter(state="checking").first().uuid)
system, unnamed = groups.filter(source="system").first(), groups.filter(seats_held__gt=0).first()
found["group_system"], found["group_unnamed"] = str(system.uuid), str(unnamed.uuid)
found["in_group"] = str(system.rows.filter(enrolment__state="confirmed")[0].number)
found["group_edition"] = system.edition.code
found["group_waiting"] = str(groups.filter(rows__outcome="waitlisted").first().uuid)
found["open_course"] = Edition.objects.open_at(now).order_by("starts_at").first().course.code
ours = Edition.objects.filter(provider__memberships__user__email="coordinator@demo.example").upcoming(now)
found["undecided"] = ours.awaiting_go(now).first().code
full = ours.filter(announcements__isnull=False).first()
found["cockpit"], found["announcement"] = full.code, str(full.announcements.get().uuid)
found["waiter"] = full.enrolments.filter(state="waitlisted").last().code
found["offered"] = full.enrolments.filter(state="offered").first().code
found["year_file"] = str(Bundle.objects.get(asked_by__email="hr@demo.example", state="ready").uuid)
found["earlier_list"] = str(EarlierBatch.objects.first().uuid)
found["earlier"] = EarlierCertificate.objects.first().grouped_number
found["proposed"] = RevocationProposal.objects.filter(state="waiting").last().certificate.grouped_number
found["certified"] = Certificate.objects.filter(state="issued", programme=None).first().enrolment.edition.code
found["stop"] = token_of("learner@demo.example", "reminders")
found["privacy_request"] = str(PrivacyRequest.objects.exclude(entered_by=None).filter(state="received").first().uuid)
found["bounced"] = Message.objects.get(state="bounced").pk
found["own_text"] = MailText.objects.filter(is_own=True, language="nl").first().pk
found["bought"] = Order.objects.get(enrolment__learner__email="aanvraag4@deelnemer.example").enrolment.code
found["mail"] = Message.objects.exclude(calendar="").first().pk
found["company"] = company.pk
found["new_employer"] = Organisation.objects.filter(is_employer=True, reviewed_at=None).order_by("pk").first().pk
double = LikelyDouble.objects.filter(state="open").first()
found["double"], found["other_address"] = double.pk, double.other.email
print(json.dumps(found))
"""
