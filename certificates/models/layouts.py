"""How certificates look: layouts with their colours, words and logos, and what each course chooses.

What a certificate uses of this is frozen in its snapshot when it is asked for, so that a layout can be changed or
deleted at any time. Only logos stay: a snapshot names them by the hash of their content.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.colours import ACCENT_CONTRAST, TEXT_CONTRAST, contrast_with_white, is_colour
from certificates.drawing import Picture
from certificates.policies import MAY_LAYOUT
from courses.models import Course
from lms.kernel.policies import Scoped
from lms.people.models import Organisation, Role, User

SIGNATORIES = 2  # more of a layout and more of a course, besides the course's own


class Logo(models.Model):
    """A picture made safe and small, kept by its content: the same logo is here once, and never changes."""

    digest = models.CharField(_("SHA-256"), max_length=64, unique=True)
    is_drawing = models.BooleanField(_("drawing"))
    content = models.BinaryField(_("content"))
    width = models.FloatField(_("width"))
    height = models.FloatField(_("height"))

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def picture(self) -> Picture:
        return Picture(bytes(self.content), is_drawing=self.is_drawing, width=self.width, height=self.height)


class OrganisationLogo(models.Model):
    """By what an organisation is known on certificates: as issuer, as provider, as co-issuer."""

    organisation = models.OneToOneField(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="certificate_logo"
    )
    logo = models.ForeignKey(
        Logo, verbose_name=_("logo"), on_delete=models.PROTECT, related_name="organisations", editable=False
    )

    class Meta:
        verbose_name = _("logo of an organisation")
        verbose_name_plural = _("logos of organisations")
        ordering = ["organisation__name"]

    def __str__(self) -> str:
        return str(self.organisation)


class CertificateLayoutQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> CertificateLayoutQuerySet:
        """A house's own; those of the programme office are for everybody to see and to choose."""
        roles = MAY_LAYOUT[verb]
        if any(user.holds(role) for role in (Role.OFFICER, Role.AUDITOR) if role in roles):
            return self
        houses = user.organisations_as(*(roles & {Role.COORDINATOR}))
        if not houses:
            return self.none()
        return self.filter(Q(organisation__in=houses) | (Q(organisation=None) if verb == "view" else Q(pk=None)))

    def for_course(self, course: Course, provider: Organisation) -> CertificateLayout | None:
        """What this course chose, or else its provider's default, or else the programme office's; None: the house's."""
        layouts: Any = self
        chosen = layouts.filter(courses__course=course).first()
        if chosen is not None:
            return chosen
        kept = layouts.filter(is_default=True).filter(Q(organisation=provider) | Q(organisation=None))
        defaults = {one.organisation_id: one for one in kept}
        return defaults.get(provider.pk) or defaults.get(None)


class CertificateLayout(models.Model):
    """A design filled in. Two houses can fill in the same design each in its own way."""

    class Design(models.TextChoices):
        REFERENCE = "reference", _("Cover along the side (A4 landscape)")
        CALM = "calm", _("Much white (A4 upright)")
        BANNER = "banner", _("Coloured band (A4 landscape)")

    name = models.CharField(_("name"), max_length=80)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("of house"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="certificate_layouts",
        help_text=_("Empty: of the programme office, for every house to choose."),
    )
    design = models.CharField(_("design"), max_length=10, choices=Design, default=Design.REFERENCE)
    colour = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        help_text=_("Of titles and grounds, as in #0b4a5b. Empty: the colour of the course's cover."),
    )
    accent = models.CharField(
        _("second colour"), max_length=7, blank=True, help_text=_("Of lines and marks. Empty: orange.")
    )
    logo = models.ForeignKey(
        Logo,
        verbose_name=_("logo"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="layouts",
    )
    words_nl = models.CharField(_("words in Dutch"), max_length=160, blank=True)
    words_en = models.CharField(_("words in English"), max_length=160, blank=True)
    # As a snapshot has them: [{"role": {"nl": …, "en": …}, "name": …}]
    signatories = models.JSONField(_("more signatories"), default=list, blank=True)
    is_default = models.BooleanField(
        _("default"), default=False, help_text=_("For every course of the house that chooses no other.")
    )

    objects = CertificateLayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("layout of certificates")
        verbose_name_plural = _("layouts of certificates")
        ordering = ["organisation__name", "name"]
        constraints = [
            models.UniqueConstraint(
                name="one_layout_of_a_name_per_house",
                fields=["organisation", "name"],
                violation_error_message=_("There is already a layout with this name."),
            ),
            models.UniqueConstraint(
                name="one_layout_of_a_name_for_everybody",
                fields=["name"],
                condition=Q(organisation=None),
                violation_error_message=_("There is already a layout with this name."),
            ),
            models.UniqueConstraint(
                name="one_default_layout_per_house",
                fields=["organisation"],
                condition=Q(is_default=True),
                violation_error_message=_("This house has a default layout already."),
            ),
            models.UniqueConstraint(
                name="one_default_layout_for_everybody",
                fields=["is_default"],
                condition=Q(is_default=True, organisation=None),
                violation_error_message=_("There is a default layout for every house already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})" if self.organisation else self.name

    def clean(self) -> None:
        """Colours that can be read, words and signatories in both languages or in none."""
        wrong: dict[str, Any] = {}
        for field, least in (("colour", TEXT_CONTRAST), ("accent", ACCENT_CONTRAST)):
            code = getattr(self, field)
            if code and not is_colour(code):
                wrong[field] = _("Write a colour as # and six digits or letters a to f, as in #0b4a5b.")
            elif code and contrast_with_white(code) < least:
                wrong[field] = _(
                    "This colour is too light on white paper: its contrast is %(contrast)s and at least %(least)s is "
                    "needed. Choose a darker one."
                ) % {"contrast": f"{contrast_with_white(code):.1f}", "least": f"{least:g}"}
        if bool(self.words_nl) != bool(self.words_en):
            wrong["words_en" if self.words_nl else "words_nl"] = _("Write these words in both languages, or in none.")
        if wrong:
            raise ValidationError(wrong)


class CourseCertificate(models.Model):
    """What a course settles about its certificates, beyond kind, validity and signatory, which stand on the course."""

    class Language(models.TextChoices):
        DUTCH = "nl", _("Dutch first")
        ENGLISH = "en", _("English first")

    course = models.OneToOneField(
        Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="certificate_settings"
    )
    layout = models.ForeignKey(
        CertificateLayout,
        verbose_name=_("layout"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="courses",
        help_text=_("Empty: the default of the provider."),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language,
        blank=True,
        help_text=_("Both languages are on every certificate. Empty: the learner's comes first."),
    )
    signatories = models.JSONField(_("more signatories"), default=list, blank=True)
    needs_approval = models.BooleanField(
        _("approval needed"),
        default=False,
        help_text=_("What is earned waits until a coordinator approves it, on the page of certificates."),
    )

    class Meta:
        verbose_name = _("certificate of a course")
        verbose_name_plural = _("certificates of courses")
        ordering = ["course__code"]

    def __str__(self) -> str:
        return self.course.code

    def clean(self) -> None:
        """A house's layout is for its own courses; the programme office's are for all."""
        if self.layout and self.course_id and self.layout.organisation_id not in (None, self.course.provider_id):
            raise ValidationError(
                {"layout": _("This layout is another house's. Choose one of the course's own house.")}
            )
