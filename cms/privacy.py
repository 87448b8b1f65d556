"""Pages are about courses; persons appear as their editors, and in their stories."""

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.models import StoryPage, TranslationCheck
from lms.kernel.privacy import counted, declare

for model in apps.get_app_config("cms").get_models():
    if model is StoryPage:
        declare(
            model,
            personal=["owner", "locked_by", "who", "role", "quote", "picture", "body"],
            purpose=_("Showing what someone learned and does with it now; which editor made the page."),
            ground=_("consent, which can be withdrawn; legitimate interest (editing together) for the editor"),
            keep=_("as long as the page, which goes when the consent does"),
            elsewhere="Tells of someone by name and not by account: an editor takes the page down when consent goes.",
            follows="people.User",
        )
    elif issubclass(model, Page):
        declare(
            model,
            personal=["owner", "locked_by"],
            purpose=_("Which editor made a page, and who keeps it from being changed."),
            ground=_("legitimate interest (editing together)"),
            keep=_("as long as the page; empty when the account goes"),
            owner=["owner"],
            secret=[name for name in ("body", "draft_title", "search_description") if hasattr(model, name)],
            erase=counted,
            follows="people.User",
        )
    elif model is TranslationCheck:
        declare(
            model,
            personal=["by"],
            purpose=_("Which editor compared two languages of a page."),
            ground=_("legitimate interest (editing together)"),
            keep=_("as long as the page; empty when the account goes"),
            owner=["by"],
            erase=counted,
            follows="people.User",
        )
    else:
        declare(model)
