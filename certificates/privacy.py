"""What a certificate keeps about people."""

from certificates.models import Certificate, IssuerKey, StatusEntry
from lms.kernel.privacy import declare

declare(
    Certificate,
    personal=["enrolment", "programme_holder", "snapshot", "credential", "pdf", "inside_reason", "ended_by"],
    purpose="Proving what someone learned, to whoever they show it; answering who checks it.",
    ground="contract; legitimate interest of those who rely on it",
    keep="10 years; then number and hash only",
)
declare(IssuerKey)
declare(StatusEntry)
