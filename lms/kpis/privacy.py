"""What we keep about people in order to count them."""

from lms.kernel.privacy import declare
from lms.kpis.models import Evidence, Fact, Funding, FundingProject, HistoricFigure, Target

declare(
    Fact,
    personal=["person", "enrolment", "category", "employer", "employer_kvk"],
    purpose="Counting what funders pay for, once and provably.",
    ground="the grant holder's duty of proof",
    keep="the project's evidence term; the person's number is then replaced by a random one and the count stays",
)
declare(
    Evidence,
    personal=["subject"],
    purpose="Proof of what was counted: which record it was, and its hash at that moment.",
    ground="the grant holder's duty of proof",
    keep="as long as its fact",
)
declare(FundingProject)
declare(Funding)
declare(Target)
declare(HistoricFigure)
