"""The catalogue is about courses; persons appear as trainers, and as who waits for a date."""

from django.apps import apps

from courses.models import CatalogueImport, Edition, Interest, InterestRequest, Session, Telling, TrainerLine
from lms.kernel.privacy import REGISTER, declare

declare(
    Edition,
    personal=["trainers"],
    purpose="Who teaches; shown on the course page.",
    ground="contract (trainer)",
    keep="as long as the edition",
)
declare(
    Session,
    personal=["signed_off_by"],
    purpose="Who signed the register off.",
    ground="legitimate interest (proof)",
    keep="as long as the attendance",
)
declare(
    TrainerLine,
    personal=["user", "text_nl", "text_en", "is_shown"],
    purpose="What a trainer wants visitors to know, beside the name on the course page.",
    ground="consent, given and withdrawn by the trainer",
    keep="as long as the account; not shown without the tick",
)
declare(
    InterestRequest,
    personal=["email", "answers"],
    purpose="Keeping what a visitor filled in while the address is confirmed.",
    ground="contract (steps before it, at the person's request)",
    keep="24 hours",
)
declare(
    Interest,
    personal=["user", "persons", "organisation_name", "course_language", "place", "days", "dayparts", "period"],
    purpose="Telling someone when an edition opens; planning editions that suit who waits.",
    ground="contract (steps before it, at the person's request)",
    keep="1 year, then 30 days; 30 days after it was withdrawn or led to an enrolment",
)
declare(
    Telling,
    personal=["interest"],
    purpose="Telling nobody of the same edition twice.",
    ground="contract (steps before it, at the person's request)",
    keep="as long as the interest",
)
declare(
    CatalogueImport,
    personal=["by", "sheets", "plan"],
    purpose="Showing what a spreadsheet would change before it does; trainers stand in it by e-mail address.",
    ground="legitimate interest (keeping the catalogue right)",
    keep="30 days",
)
for model in apps.get_app_config("courses").get_models():
    if model not in REGISTER:
        declare(model)
