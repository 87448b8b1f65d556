"""Layouts, logos and what courses choose, in Wagtail; with a preview that issues nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.utils.decorators import xframe_options_sameorigin_override

from certificates.actions.layouts import make_default, save_course_certificate, save_layout, save_organisation_logo
from certificates.drawing import DoesNotFit, Undrawable
from certificates.logos import LARGEST, LogoRefused, digest_of, read_logo
from certificates.models import CertificateLayout, CourseCertificate, OrganisationLogo
from certificates.models.layouts import SIGNATORIES
from certificates.previews import LONG, SHORT, preview
from courses.back_office.facts import HOUSE, both
from courses.models import Course
from lms.kernel.back_office import Decision, Refused, ScopedViewSet
from lms.people.models import Organisation, Role, User
from lms.people.requests import SignedInRequest


class LogoField(forms.FileField):
    """An upload that comes out as a picture which can be printed."""

    widget = forms.FileInput(attrs={"accept": "image/svg+xml,image/png,.svg,.png"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        uploaded = super().clean(data, initial)
        if not uploaded:
            return None
        if uploaded.size > LARGEST:
            raise ValidationError(str(LogoRefused.too_large()))
        try:
            return read_logo(uploaded.read())
        except LogoRefused as refused:
            raise ValidationError(str(refused)) from None


def _role(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=120, required=False)


class WithSignatories(WagtailAdminModelForm):
    """Rows of role and name instead of JSON; the role first: people change, the office that vouches does not."""

    signatory_1_role_nl = _role(gettext_lazy("role in Dutch"))
    signatory_1_role_en = _role(gettext_lazy("role in English"))
    signatory_1_name = _role(gettext_lazy("name (may stay empty)"))
    signatory_2_role_nl = _role(gettext_lazy("role in Dutch"))
    signatory_2_role_en = _role(gettext_lazy("role in English"))
    signatory_2_name = _role(gettext_lazy("name (may stay empty)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = self.instance.signatories or []
        for number, one in enumerate(standing[:SIGNATORIES], start=1):
            self.initial |= {
                f"signatory_{number}_role_nl": one["role"]["nl"],
                f"signatory_{number}_role_en": one["role"]["en"],
                f"signatory_{number}_name": one["name"],
            }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        found = []
        for number in range(1, SIGNATORIES + 1):
            nl, en, name = (
                (cleaned.get(f"signatory_{number}_{part}") or "").strip() for part in ("role_nl", "role_en", "name")
            )
            if (name and not (nl and en)) or bool(nl) != bool(en):
                where = "role_nl" if not nl else "role_en"
                self.add_error(f"signatory_{number}_{where}", _("Write the role in both languages."))
            elif nl:
                found.append({"role": {"nl": nl, "en": en}, "name": name})
        cleaned["signatories"] = self.instance.signatories = found
        return cleaned


def _signatories_panel() -> MultiFieldPanel:
    rows = [
        FieldRowPanel([FieldPanel(f"signatory_{number}_{part}") for part in ("role_nl", "role_en", "name")])
        for number in range(1, SIGNATORIES + 1)
    ]
    return MultiFieldPanel(rows, heading=gettext_lazy("More signatories, after the course's own"))


class LayoutForm(WithSignatories):
    """A design filled in."""

    logo_file = LogoField(
        label=gettext_lazy("logo"),
        required=False,
        help_text=gettext_lazy("SVG or PNG, at most 300 kB. It stands on white. Choose a file to replace it."),
    )
    drops_logo = forms.BooleanField(label=gettext_lazy("without this logo from now on"), required=False)

    def clean_colour(self) -> str:
        return str(self.cleaned_data["colour"]).strip().lower()

    def clean_accent(self) -> str:
        return str(self.cleaned_data["accent"]).strip().lower()


class LayoutViewSet(ScopedViewSet):
    model = CertificateLayout
    icon = "doc-full"
    may_view = (Role.AUDITOR,)
    may_write = HOUSE
    says = {
        "certificatelayout.made_default": gettext_lazy("Made the default"),
        "certificatelayout.no_longer_default": gettext_lazy("No longer the default: another one is"),
    }
    list_display = ["name", "organisation", "design", "is_default"]
    list_filter = ["organisation", "design"]
    list_select_related = ["organisation"]
    search_fields = ["name"]
    create_template_name = "back_office/certificate_layout_new.html"
    edit_template_name = "back_office/certificate_layout.html"
    inspect_view_fields = ["name", "organisation", "design", "colour", "accent", "words_nl", "words_en", "is_default"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("organisation")]),
            FieldPanel("design", widget=forms.RadioSelect),
            FieldRowPanel([FieldPanel("colour"), FieldPanel("accent")]),
            FieldPanel("logo_file"),
            FieldPanel("drops_logo"),
            both("words"),
            _signatories_panel(),
        ],
        base_form_class=LayoutForm,
    )

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(is_provider=True) if name == "organisation" else rows

    def save(self, form: Any, *, by: User) -> CertificateLayout:
        layout = form.save(commit=False)
        if layout.organisation is None and not by.holds(Role.OFFICER):
            raise Refused(_("Choose your house. Layouts for every house are the programme office's."))
        return save_layout(
            layout,
            logo=form.cleaned_data["logo_file"],
            drops_logo=form.cleaned_data["drops_logo"],
            by=by,
            at=timezone.now(),
        )


class CourseCertificateViewSet(ScopedViewSet):
    model = CourseCertificate
    icon = "openquote"
    may_view = (Role.AUDITOR,)
    may_write = HOUSE
    list_display = ["course", "layout", "language", "needs_approval"]
    list_filter = ["layout"]
    list_select_related = ["course", "layout__organisation"]
    search_fields = ["course__code", "course__title_nl", "course__title_en"]
    inspect_view_fields = ["course", "layout", "language", "needs_approval"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("course"), FieldPanel("layout")]),
            FieldPanel("language"),
            FieldPanel("needs_approval"),
            _signatories_panel(),
        ],
        base_form_class=WithSignatories,
    )

    def scope(self, rows: models.QuerySet, user: User, verb: str) -> models.QuerySet:
        return rows.filter(course__in=Course.objects.allowing(user, verb))

    def choices(self, name: str, model: type[models.Model], user: User) -> models.QuerySet:
        """A course may also have a layout that the programme office made for everybody."""
        if name == "layout":
            return CertificateLayout.objects.allowing(user, "view")
        return super().choices(name, model, user)

    def save(self, form: Any, *, by: User) -> CourseCertificate:
        return save_course_certificate(form.save(commit=False), by=by, at=timezone.now())


class OrganisationLogoForm(WagtailAdminModelForm):
    logo_file = LogoField(
        label=gettext_lazy("logo"),
        required=False,
        help_text=gettext_lazy("SVG or PNG, at most 300 kB. It stands on white. Choose a file to replace it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not cleaned.get("logo_file") and not self.instance.logo_id and "logo_file" not in self.errors:
            self.add_error("logo_file", _("Choose the file of the logo."))
        return cleaned


class OrganisationLogoViewSet(ScopedViewSet):
    model = OrganisationLogo
    icon = "image"
    may_view = (Role.AUDITOR,)
    may_write = HOUSE
    list_display = ["organisation"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name"]
    inspect_view_fields = ["organisation"]
    edit_handler = ObjectList(
        [FieldPanel("organisation"), FieldPanel("logo_file")], base_form_class=OrganisationLogoForm
    )

    def scope(self, rows: models.QuerySet, user: User, verb: str) -> models.QuerySet:
        return rows.filter(organisation__in=Organisation.objects.allowing(user, verb))

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(Q(is_provider=True) | Q(is_programme_office=True) | ~Q(lab_kind=""))

    def save(self, form: Any, *, by: User) -> OrganisationLogo:
        row = form.save(commit=False)
        return save_organisation_logo(row, logo=form.cleaned_data["logo_file"], by=by, at=timezone.now())


LAYOUTS = LayoutViewSet("certificate-layouts")
COURSES = CourseCertificateViewSet("course-certificates")
LOGOS = OrganisationLogoViewSet("organisation-logos")


def _made_default(layout: CertificateLayout, by: User) -> str:
    make_default(layout, by=by, at=timezone.now())
    return _("From now on this is the default. What was issued stays as it is.")


DEFAULT = Decision(
    model=CertificateLayout,
    name="default",
    label=gettext_lazy("Make default"),
    question=gettext_lazy("Every course of the house that chooses no layout gets certificates like this. Continue?"),
    verb="edit",
    icon="check",
    carry_out=_made_default,
    possible=lambda layout: not layout.is_default,
)

# Which sample a preview is of; the buttons of the form's page and the address say the same.
SAMPLES = {SHORT: gettext_lazy("ordinary names"), LONG: gettext_lazy("the longest names")}
DRAWN_IN = {"nl": gettext_lazy("Dutch first"), "en": gettext_lazy("English first")}


def preview_choices() -> dict[str, list[tuple[str, Any]]]:
    return {
        "sample": list(SAMPLES.items()),
        "language": list(DRAWN_IN.items()),
        "kind": list(Course.CertificateKind.choices),
    }


@xframe_options_sameorigin_override
def preview_page(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """A certificate as this layout would draw it: as saved, or (POST) as filled in now. Issues and stores nothing."""
    if not LAYOUTS.policy.user_has_permission(request.user, "view"):
        raise Http404
    layout = get_object_or_404(LAYOUTS.rows(request.user, "view"), pk=pk) if pk else CertificateLayout()
    asked = request.POST if request.method == "POST" else request.GET
    chosen = {name: _one_of(asked.get(f"preview-{name}"), choices) for name, choices in preview_choices().items()}
    logo, complaints = None, []
    if request.method == "POST":
        form = LAYOUTS.get_form_class()(request.POST, request.FILES, instance=layout, for_user=request.user)
        form.is_valid()
        shown = [name for name in form.errors if name not in ("name", "organisation", "__all__")]
        complaints = [(form.fields[name].label or name, error) for name in shown for error in form.errors[name]]
        logo = form.cleaned_data.get("logo_file")
        if form.cleaned_data.get("drops_logo"):
            layout.logo = None
    if not complaints:
        try:
            drawn = preview(layout, **chosen, logo=logo, digest=digest_of(logo) if logo else "")
        except Undrawable as refused:
            complaints = [(_("Words"), _("We have no letter for: %(letters)s") % {"letters": _listed(refused)})]
        except DoesNotFit:
            complaints = [(_("Words"), _("These words do not fit. Make them shorter."))]
    if complaints:
        return render(request, "back_office/certificate_preview_refused.html", {"complaints": complaints}, status=422)
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="preview.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _one_of(asked: str | None, choices: list[tuple[str, Any]]) -> str:
    return asked if asked in dict(choices) else choices[0][0]


def _listed(refused: Undrawable) -> str:
    return " ".join(sorted(refused.characters))


def certificate_of_course(request: SignedInRequest, pk: int) -> HttpResponse:
    """From a course to what it settles about its certificates: the page to change it, or to begin it."""
    course = get_object_or_404(Course.objects.allowing(request.user, "edit"), pk=pk)
    row = CourseCertificate.objects.filter(course=course).first()
    if row is None:
        return redirect(f"{reverse('course-certificates:add')}?course={course.pk}")
    return redirect("course-certificates:edit", row.pk)
