"""What we keep about the people who ask for a company."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.desk.actions import forget_contact
from lms.desk.models import Entry, Meeting, Member, PeerGroup, Presence, Request, Step, Topic
from lms.kernel.privacy import Erasure, Term, blank, counted, declare


def forget_contacts(rows: QuerySet, erasure: Erasure) -> int:
    """The person leaves the question; with it the name under a statement, which keeps its hash and the role."""
    found = list(rows.filter(forgotten_at=None))
    for request in found:
        Step.objects.filter(request=request, signer_name=request.contact_name).update(signer_name="")
        forget_contact(request, at=erasure.at)
    return len(found)


declare(
    Request,
    personal=["contact_name", "contact_role", "contact_email", "contact_phone", "company_name", "assignee"],
    purpose=_("Answering a question of a company, and proving that the company was reached."),
    ground=_(
        "contract (steps before it, at the person's request); the grant holder's duty of proof for what is counted"
    ),
    keep=_(
        "name and addresses 24 months after the question was closed, spam 30 days; the counted row and the role stay"
    ),
    address=["contact_email"],
    secret=["token"],
    erase=forget_contacts,
    terms=[
        Term(
            "desk.request",
            _("Contact persons leave a question two years after it was closed, and spam after thirty days."),
            lambda at: Request.objects.to_forget(at),
            lambda row, at: forget_contact(row, at=at),
        )
    ],
)
declare(
    Entry,
    personal=["text", "by"],
    purpose=_("The conversation about a question."),
    ground=_("contract (steps before it, at the person's request)"),
    keep=_("as long as the contact person of the question"),
    address=["request__contact_email"],
    erase=blank(text=""),
    follows="desk.Request",
)
declare(
    Step,
    personal=["signer_name", "signer_role", "statement", "document", "described_by", "verified_by"],
    purpose=_("Proof that a company took a step in digitalisation."),
    ground=_("the grant holder's duty of proof"),
    keep=_("the project's evidence term"),
    address=["request__contact_email"],
    erase=counted,
    follows="desk.Request",
)
declare(
    PeerGroup,
    personal=["convener"],
    purpose=_("Who leads a peer group."),
    ground=_("contract"),
    keep=_("as long as the account"),
    owner=["convener"],
    erase=counted,
    follows="people.User",
)
declare(
    Member,
    personal=["contact_name", "contact_email"],
    purpose=_("Inviting a company to the meetings of its peer group."),
    ground=_("contract, at the person's request"),
    keep=_("until the company leaves the group"),
    address=["contact_email"],
    erase=blank(contact_name="", contact_email=""),
    terms=[
        Term(
            "desk.member",
            _("Contact persons go when their company has left the peer group."),
            lambda at: Member.objects.filter(left_on__lt=timezone.localdate(at)).exclude(
                contact_name="", contact_email=""
            ),
            lambda row, at: Member.objects.filter(pk=row.pk).update(contact_name="", contact_email=""),
        )
    ],
)
declare(
    Presence,
    personal=["by"],
    purpose=_("Proof that a company came; not which person."),
    ground=_("the grant holder's duty of proof"),
    keep=_("as long as the account"),
    owner=["by"],
    erase=counted,
    follows="people.User",
)
declare(Topic)
declare(Meeting)
