"""Forms as our pages draw them: label, hint, error and control, joined for those who hear the page.

Django 5.2 itself writes ``aria-describedby`` (hint, then error) and ``aria-invalid``; this adds the design's classes
and the list that the error summary shows.
"""

import re
import uuid
from collections.abc import Iterable
from typing import Any, TypeVar

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import pretty_name
from django.utils.translation import gettext as _

from lms.kernel.bsn import looks_like_bsn

AnyForm = TypeVar("AnyForm", bound=forms.BaseForm)

LONGEST = 4000  # of running text

FIELD_TEMPLATE = "components/field.html"
FORM_TEMPLATE = "components/form.html"


def css_class_of(widget: forms.Widget) -> str:
    """The design's class for a control; lists of boxes and single boxes are drawn by the field template."""
    match widget:
        case forms.CheckboxInput() | forms.RadioSelect() | forms.CheckboxSelectMultiple() | forms.HiddenInput():
            return ""
        case forms.Select():
            return "sel"
        case _:
            return "in"


def dress(form: forms.BaseForm) -> forms.BaseForm:
    """Give the fields of any form, also one from a package, our classes and templates. Twice does no harm."""
    for field in form.fields.values():
        attrs = field.widget.attrs
        wanted = css_class_of(field.widget)
        if wanted and attrs.get("autocomplete") == "one-time-code":
            wanted += " in--code"
        if isinstance(field.widget, forms.Textarea) and attrs.get("rows") == "10":
            attrs["rows"] = "4"  # Django's own ten rows push the button off a phone's screen
        classes = attrs.get("class", "").split()
        if wanted and wanted.split()[0] not in classes:
            attrs["class"] = " ".join([wanted, *classes])
        field.template_name = FIELD_TEMPLATE  # type: ignore[attr-defined]  # Django has it, its stubs do not
    return form


def adopt(form: forms.BaseForm) -> forms.BaseForm:
    """Dress a package's form, and drop what works against our fields: placeholders that repeat the label and vanish
    while one types, and the browser's own bubbles."""
    form.use_required_attribute = False
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return explain(dress(form))


def first_control(field: BoundField) -> str:
    """The id that a link in the error summary jumps to: for a list of boxes its first one."""
    if isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    return field.id_for_label


def refuse_haste(form: forms.Form) -> None:
    """Too many tries in a short time: said on the form itself, so that what was typed stays. Answered with 429."""
    form.add_error(
        None,
        _(
            "You sent this too often in a short time. What you filled in is still here. Wait at least twenty minutes, "
            "then send it again."
        ),
    )


def errors_of(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Pairs of control id (empty for the form as a whole) and message, in the order of the page."""
    if not form.is_bound:
        return []
    found = [("", str(message)) for message in form.non_field_errors()]
    for field in form:
        found += [(first_control(field) if not field.is_hidden else "", str(message)) for message in field.errors]
    return found


def explain(form: forms.BaseForm) -> forms.BaseForm:
    """Replace Django's general messages: in a summary, "this field is required" does not say which, nor what to do.

    A message that a form or field chose itself stays.
    """
    for name, field in form.fields.items():
        label = str(field.label or pretty_name(name)).rstrip(".:")
        says = field.error_messages
        if says.get("required") == forms.Field.default_error_messages["required"]:
            says["required"] = _how_to_fill(field) % {"label": label}
        if isinstance(field, forms.EmailField):
            says.setdefault("invalid", _("This e-mail address is not complete. Write it like this: name@company.nl."))
        if (
            isinstance(field, forms.DateField)
            and says.get("invalid") == forms.DateField.default_error_messages["invalid"]
        ):
            says["invalid"] = _("Write the date like this: 31-12-2027.")
    return form


def _how_to_fill(field: forms.Field) -> str:
    match field.widget:
        case forms.CheckboxInput():
            return _("Tick “%(label)s” if you want to go on.")
        case forms.Select() | forms.RadioSelect() | forms.CheckboxSelectMultiple():
            return _("Choose an answer to “%(label)s”.")
        case forms.FileInput():
            return _("Choose a file for “%(label)s”.")
        case _other:
            return _("Fill in “%(label)s”.")


# No citizen service number anywhere -----------------------------------------------------------------------------------


def is_free_text(field: forms.Field) -> bool:
    """Whether anything can be typed into it: not an address, a password, a choice, what is only digits or a code, or
    what a script fills in.
    """
    if not isinstance(field, forms.CharField) or isinstance(field.widget, forms.PasswordInput):
        return False
    if field.widget.attrs.get("autocomplete") == "one-time-code":
        return False
    others = forms.EmailField | forms.URLField | forms.UUIDField | forms.GenericIPAddressField | forms.JSONField
    return not isinstance(field, others)


def guard(form: AnyForm) -> AnyForm:
    """Have every free text of any form refuse a citizen service number, beside the field. Twice does no harm."""
    for field in form.fields.values():
        if is_free_text(field) and not any(one in GUARDS for one in field.validators):
            field.validators.append(refuse_bsn)
    return form


class GuardedForm:
    """A mixin, named before a form of Django, Wagtail or a package: no field of it takes a citizen service number."""

    def full_clean(self) -> None:
        guard(self)  # type: ignore[type-var]  # here, for a form may still add fields when it is made
        super().full_clean()  # type: ignore[misc]


class AccessibleForm(GuardedForm):
    """A mixin, named before ``forms.Form`` or ``forms.ModelForm``: draws itself with our templates.

    The browser's own bubbles vanish after a moment and are not announced reliably, so the page says ``novalidate``
    and the server answers with a summary and messages that stay.
    """

    template_name = FORM_TEMPLATE
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        explain(dress(self))  # type: ignore[arg-type]

    def errors_for_summary(self) -> list[tuple[str, str]]:
        """What components/error_summary.html shows."""
        return errors_of(self)  # type: ignore[arg-type]


# What visitors write --------------------------------------------------------------------------------------------------


def refuse_bsn(text: str, *, eight_digits: bool = True) -> None:
    """Raise a ValidationError for what looks like a citizen service number, which we may not keep."""
    if looks_like_bsn(text, eight_digits=eight_digits):
        raise forms.ValidationError(
            _("This looks like a citizen service number (BSN). Do not fill that in here."), code="bsn"
        )


def refuse_bsn_of_nine(text: str) -> None:
    """The same where a number of eight digits belongs: a KvK number, an order number, a telephone number."""
    refuse_bsn(text, eight_digits=False)


GUARDS = (refuse_bsn, refuse_bsn_of_nine)


def refuse_address(name: str) -> None:
    """Raise a ValidationError for a name with a web or mail address in it: it greets a stranger in our mail."""
    if re.search(r"[/@:]|www\.", name):
        raise forms.ValidationError(_("Fill in a name, without a web address or e-mail address."), code="address")


class Text(forms.CharField):
    """One line of text. ``numbers``: one of eight digits belongs here, as a KvK number does."""

    def __init__(self, *, autocomplete: str = "", short: bool = False, numbers: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(refuse_bsn_of_nine if numbers else refuse_bsn)
        if autocomplete:
            self.widget.attrs["autocomplete"] = autocomplete
        self.widget.attrs["class"] = "in in--s" if short else "in in--m"


class Words(forms.CharField):
    """Running text of a few lines."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class OnceForm(AccessibleForm, forms.Form):
    """A form with a key of its own: sent twice, it counts once. A key that was tampered with is a new one."""

    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("form_key", uuid.uuid4())

    @property
    def key(self) -> uuid.UUID:
        return self.cleaned_data.get("form_key") or uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        self.errors.pop("form_key", None)
        return said


# Rows ticked in a list ------------------------------------------------------------------------------------------------


def keys_among(sent: Iterable[str]) -> set[int]:
    """The keys of rows among what a list's boxes sent; what no database would take for one is left out."""
    return {int(one) for one in sent if one.isascii() and one.isdigit() and len(one) < 19}
