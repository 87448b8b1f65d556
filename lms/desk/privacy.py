"""What we keep about the people who ask for a company."""

from lms.desk.models import Entry, Meeting, Member, PeerGroup, Presence, Request, Step, Topic
from lms.kernel.privacy import declare

declare(
    Request,
    personal=["contact_name", "contact_role", "contact_email", "contact_phone", "company_name", "assignee"],
    purpose="Answering a question of a company, and proving that the company was reached.",
    ground="contract (steps before it, at the person's request); the grant holder's duty of proof for what is counted",
    keep="name and addresses 24 months after the question was closed, spam 30 days; the counted row and the role stay",
)
declare(
    Entry,
    personal=["text", "by"],
    purpose="The conversation about a question.",
    ground="contract (steps before it, at the person's request)",
    keep="as long as the contact person of the question",
)
declare(
    Step,
    personal=["signer_name", "signer_role", "statement", "document", "described_by", "verified_by"],
    purpose="Proof that a company took a step in digitalisation.",
    ground="the grant holder's duty of proof",
    keep="the project's evidence term",
)
declare(
    PeerGroup,
    personal=["convener"],
    purpose="Who leads a peer group.",
    ground="contract",
    keep="as long as the group",
)
declare(
    Member,
    personal=["contact_name", "contact_email"],
    purpose="Inviting a company to the meetings of its peer group.",
    ground="contract, at the person's request",
    keep="until the company leaves the group",
)
declare(
    Presence,
    personal=["by"],
    purpose="Proof that a company came; not which person.",
    ground="the grant holder's duty of proof",
    keep="the project's evidence term",
)
declare(Topic)
declare(Meeting)
