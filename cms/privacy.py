"""Pages are about courses; persons appear as their editors."""

from django.apps import apps
from wagtail.models import Page

from lms.kernel.privacy import declare

for model in apps.get_app_config("cms").get_models():
    if issubclass(model, Page):
        declare(
            model,
            personal=["owner", "locked_by"],
            purpose="Which editor made a page, and who keeps it from being changed.",
            ground="legitimate interest (editing together)",
            keep="as long as the page; empty when the account goes",
        )
    else:
        declare(model)
