"""The catalogue is about courses; persons appear as trainers, and as who waits for a date."""

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from courses.models import CatalogueImport, Edition, Interest, InterestRequest, Session, Telling, TrainerLine
from lms.kernel.privacy import REGISTER, Term, counted, declare, delete, remove

declare(
    Edition,
    personal=["trainers"],
    purpose=_("Who teaches; shown on the course page."),
    ground=_("contract (trainer)"),
    keep=_("as long as the account"),
    owner=["trainers"],
    erase=counted,
    follows="people.User",
)
declare(
    Session,
    personal=["signed_off_by"],
    purpose=_("Who signed the register off."),
    ground=_("legitimate interest (proof)"),
    keep=_("as long as the account"),
    owner=["signed_off_by"],
    erase=counted,
    follows="people.User",
)
declare(
    TrainerLine,
    personal=["user", "text_nl", "text_en", "is_shown"],
    purpose=_("What a trainer wants visitors to know, beside the name on the course page."),
    ground=_("consent, given and withdrawn by the trainer"),
    keep=_("as long as the account; not shown without the tick"),
    owner=["user"],
    erase=delete,
    follows="people.User",
)
declare(
    InterestRequest,
    personal=["email", "answers"],
    purpose=_("Keeping what a visitor filled in while the address is confirmed."),
    ground=_("contract (steps before it, at the person's request)"),
    keep=_("24 hours"),
    address=["email"],
    secret=["token", "code_hash"],
    erase=delete,
    terms=[
        Term(
            "courses.interest_request",
            _("Interest without a confirmed address goes after a day."),
            lambda at: InterestRequest.objects.filter(created_at__lte=at - InterestRequest.KEPT),
            remove,
        )
    ],
)
declare(
    Interest,
    personal=["user", "persons", "organisation_name", "course_language", "place", "days", "dayparts", "period"],
    purpose=_("Telling someone when an edition opens; planning editions that suit who waits."),
    ground=_("contract (steps before it, at the person's request)"),
    keep=_("1 year, then 30 days; 30 days after it was withdrawn or led to an enrolment"),
    owner=["user"],
    erase=delete,
    terms=[
        Term(
            "courses.interest",
            _("Interest goes thirty days after it ended."),
            lambda at: Interest.objects.forgettable(at),
            remove,
        )
    ],
)
declare(
    Telling,
    personal=["interest"],
    purpose=_("Telling nobody of the same edition twice."),
    ground=_("contract (steps before it, at the person's request)"),
    keep=_("as long as the interest"),
    owner=["interest__user"],
    erase=delete,
    follows="courses.Interest",
)
declare(
    CatalogueImport,
    personal=["by", "sheets", "plan"],
    purpose=_("Showing what a spreadsheet would change before it does; trainers stand in it by e-mail address."),
    ground=_("legitimate interest (keeping the catalogue right)"),
    keep=_("30 days"),
    owner=["by"],
    secret=["sheets", "plan"],
    erase=delete,
    terms=[
        Term(
            "courses.catalogue_import",
            _("What was read from a spreadsheet goes after thirty days."),
            lambda at: CatalogueImport.objects.old(at),
            remove,
        )
    ],
)
for model in apps.get_app_config("courses").get_models():
    if model not in REGISTER:
        declare(model)
