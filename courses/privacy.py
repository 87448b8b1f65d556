"""The catalogue is about courses; persons appear only as trainers."""

from django.apps import apps

from courses.models import Edition, Session
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
for model in apps.get_app_config("courses").get_models():
    if model not in REGISTER:
        declare(model)
