"""The words of letters in the back office: a form that starts from what is said now, checks, and shows the letter."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import require_admin_access
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets.button import Button

from lms.kernel.back_office import ScopedViewSet, viewset_of
from lms.kernel.emblem import EMBLEM_FILE
from lms.kernel.letter_kinds import Kind, kind_of
from lms.messages.actions.texts import PARTS, save_text
from lms.messages.mails import EMBLEM
from lms.messages.models import MailText
from lms.messages.rendering import Rendered, in_own_words, shipped
from lms.messages.shipped import sample_context, shipped_words
from lms.messages.words import as_line, missing_from, troubles_of
from lms.people.models import Role, User
from lms.people.requests import SignedInRequest


class MailTextForm(forms.ModelForm):
    """Begins with what is said now. A placeholder that does not exist, or a brace alone, is said beside its field."""

    class Meta:
        model = MailText
        fields = PARTS
        widgets = {
            "words": forms.Textarea(attrs={"rows": 12}),
            "tip": forms.Textarea(attrs={"rows": 3}),
            "heading": forms.TextInput,
        }

    def __init__(self, *args: Any, for_user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind_of(self.instance.kind)
        if not self.instance.is_own:
            self.initial.update(shipped_words(self.kind, self.instance.language))
        for name in ("subject", "words"):
            self.fields[name].required = True
        self.fields["words"].help_text = placeholders_of(self.kind)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        wrong = [(part, trouble) for part in PARTS for trouble in troubles_of(cleaned.get(part, ""), self.kind)]
        if "words" in cleaned:
            missing = _("Without {%(name)s} this letter is of no use. Put it in.")
            wrong += [("words", missing % {"name": name}) for name in missing_from(cleaned["words"], self.kind)]
        for part, trouble in wrong:
            self.add_error(part, trouble)
        return cleaned


def placeholders_of(kind: Kind) -> str:
    """What may be filled in, for below the field."""
    rows = [
        (
            f"{{if {one.name}}}" if one.is_condition else f"{{{one.name}}}",
            one.label,
            _("a line with it is there only then")
            if one.is_condition
            else one.value(translation.get_language() or "nl"),
        )
        for one in kind.placeholders
    ]
    how = _("An empty line begins a new paragraph. A line in which a placeholder has nothing to say is left out.")
    return format_html(
        "{} {}<br>{}",
        how,
        _("You can use:"),
        format_html_join(mark_safe("<br>"), "<code>{}</code> {} ({})", rows),
    )


class MailTextViewSet(ScopedViewSet):
    model = MailText
    icon = "edit"
    menu_label = gettext_lazy("Mail texts")
    menu_order = 142
    add_to_admin_menu = True
    may_write = (Role.OFFICER,)
    may_delete = ()
    list_display = [
        Column("label", label=gettext_lazy("Letter")),
        "language",
        BooleanColumn("is_own", label=gettext_lazy("Own words")),
        Column("subject", label=gettext_lazy("Subject"), accessor=lambda text: subject_of(text)),
    ]
    list_filter = ["language", "is_own"]
    edit_template_name = "back_office/mail_text.html"
    inspect_view_enabled = False
    says = {"mailtext.reset": gettext_lazy("Back to the shipped words")}

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return MailTextForm

    def left_out(self) -> set[str]:
        """There is one for every kind already."""
        return super().left_out() | {"add", "delete", "inspect"}

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        nowhere = {"add_url_name": None, "delete_url_name": None, "inspect_url_name": None}
        return super().get_common_view_kwargs(**{**nowhere, **kwargs})

    def links(self, thing: MailText) -> list[Button]:
        other = MailText.objects.exclude(language=thing.language).filter(kind=thing.kind).first()
        if other is None:
            return []
        label = _("In %(language)s") % {"language": other.get_language_display()}
        return [Button(label, url=reverse("mail-texts:edit", args=[other.pk]), icon_name="globe", priority=2)]

    def save(self, form: Any, *, by: User) -> MailText:
        return save_text(form.save(commit=False), by=by)


def subject_of(text: MailText) -> str:
    kind = kind_of(text.kind)
    said = text.subject if text.is_own else shipped_words(kind, text.language)["subject"]
    return as_line(said, sample_context(kind, text.language))


def sample_of(text: MailText, *, longest: bool) -> Rendered:
    """The letter with values as they are, or as long as they become."""
    kind = kind_of(text.kind)
    with translation.override(text.language):
        context = sample_context(kind, text.language, longest=longest) | {"language": text.language}
        return in_own_words(text, context) if text.is_own else shipped(text.kind, context)


@require_admin_access
@xframe_options_sameorigin
@csp(  # type: ignore[arg-type]
    {
        "default-src": [NONE],
        "img-src": [SELF, "data:"],
        "style-src": [UNSAFE_INLINE],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
    }
)
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """The letter as it would be with what was posted, or as it is; nothing is kept."""
    rows = viewset_of(MailText).rows(request.user, "edit")
    text = get_object_or_404(rows, pk=pk)
    if kind_of(text.kind).label == text.kind:  # a kind that is no more
        raise Http404
    if request.method == "POST":
        form = MailTextForm(request.POST, instance=text)
        if not form.is_valid():
            return HttpResponse(_troubles(form))
        text = form.save(commit=False)
        text.is_own = True
    said = sample_of(text, longest=_asked(request, "longest"))
    if _asked(request, "text"):
        return HttpResponse(f"{said.subject}\n\n{said.text}", content_type="text/plain; charset=utf-8")
    return HttpResponse(said.html.replace(EMBLEM, static(EMBLEM_FILE)))


def _asked(request: HttpRequest, name: str) -> bool:
    return name in request.GET or name in request.POST


def _troubles(form: MailTextForm) -> str:
    wrong = [(trouble,) for troubles in form.errors.values() for trouble in troubles]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", wrong))
