"""Pages are about courses; persons appear as their editors, and in their stories."""

from django.apps import apps
from wagtail.models import Page

from cms.models import StoryPage, TranslationCheck
from lms.kernel.privacy import declare

for model in apps.get_app_config("cms").get_models():
    if model is StoryPage:
        declare(
            model,
            personal=["owner", "locked_by", "who", "role", "quote", "picture", "body"],
            purpose="Showing what someone learned and does with it now; which editor made the page.",
            ground="consent, which can be withdrawn; legitimate interest (editing together) for the editor",
            keep="as long as the page, which goes when the consent does",
        )
    elif issubclass(model, Page):
        declare(
            model,
            personal=["owner", "locked_by"],
            purpose="Which editor made a page, and who keeps it from being changed.",
            ground="legitimate interest (editing together)",
            keep="as long as the page; empty when the account goes",
        )
    elif model is TranslationCheck:
        declare(
            model,
            personal=["by"],
            purpose="Which editor compared two languages of a page.",
            ground="legitimate interest (editing together)",
            keep="as long as the page; empty when the account goes",
        )
    else:
        declare(model)
