"""Courses and what is true of them: parts, outcomes, skills, themes, prices."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.policies import MAY_COURSE
from lms.kernel.languages import in_language
from lms.kernel.policies import Scoped
from lms.people.models import Organisation, Role, User


class Mode(models.TextChoices):
    """Form of participation, one of the eleven elements of the EU recommendation on micro-credentials."""

    ONSITE = "onsite", _("on site")
    ONLINE = "online", _("online")
    BLENDED = "blended", _("blended")


class Theme(models.Model):  # type: ignore[django-manager-missing]  # pages of cms, read with Wagtail's manager
    """A subject under which visitors find courses."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_nl = models.CharField(_("name in Dutch"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self, "name")


class Skill(models.Model):
    """A skill from a published framework; the version belongs to it, since codes outlive their wording."""

    class Framework(models.TextChoices):
        ESCO = "esco", "ESCO"
        ECF = "ecf", "e-CF"
        DIGCOMP = "digcomp", "DigComp"

    framework = models.CharField(_("framework"), max_length=10, choices=Framework)
    framework_version = models.CharField(_("version"), max_length=10)
    code = models.CharField(_("code"), max_length=60)
    uri = models.URLField(_("URI"), max_length=200, blank=True)
    name_nl = models.CharField(_("name in Dutch"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["framework", "code"]
        constraints = [
            models.UniqueConstraint(
                name="one_skill_per_code",
                fields=["framework", "framework_version", "code"],
                violation_error_message=_("This skill is already there."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_framework_display()} {self.code} {in_language(self, 'name')}"


class CourseQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> CourseQuerySet:
        roles = MAY_COURSE[verb]
        if any(user.holds(role) for role in (Role.OFFICER, Role.AUDITOR) if role in roles):
            return self
        houses = user.organisations_as(*(roles & {Role.COORDINATOR, Role.TRAINER}))
        return self.filter(provider__in=houses)


class Course(models.Model):  # type: ignore[django-manager-missing]  # pages of cms, read with Wagtail's manager
    """What is taught. Everything a certificate states stands here, in both languages."""

    class Kind(models.TextChoices):
        PROGRAMME = "programme", _("programme")
        COURSE = "course", _("course")

    class CertificateKind(models.TextChoices):
        PARTICIPATION = "participation", _("certificate of participation")
        ASSESSED = "assessed", _("certificate")

    class VatRegime(models.TextChoices):
        EXEMPT_CRKBO = "exempt_crkbo", _("exempt (CRKBO)")
        STANDARD_21 = "standard_21", _("21%")
        OUT_OF_SCOPE_SUBSIDISED = "out_of_scope_subsidised", _("outside VAT (subsidised)")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    provider = models.ForeignKey(
        Organisation, verbose_name=_("provider"), on_delete=models.PROTECT, related_name="courses"
    )
    labs = models.ManyToManyField(
        Organisation,
        verbose_name=_("labs"),
        blank=True,
        related_name="courses_hosted",
        limit_choices_to=~Q(lab_kind=""),
    )
    themes = models.ManyToManyField(Theme, verbose_name=_("themes"), blank=True, related_name="courses")
    title_nl = models.CharField(_("title in Dutch"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    summary_nl = models.TextField(_("summary in Dutch"))
    summary_en = models.TextField(_("summary in English"))
    audience_nl = models.TextField(_("for whom, in Dutch"))
    audience_en = models.TextField(_("for whom, in English"))
    admission_nl = models.TextField(_("what you need beforehand, in Dutch"), blank=True)
    admission_en = models.TextField(_("what you need beforehand, in English"), blank=True)
    bring_nl = models.TextField(_("what to bring along, in Dutch"), blank=True)
    bring_en = models.TextField(_("what to bring along, in English"), blank=True)
    categories = models.JSONField(_("categories of learners"), default=list)
    level_label_nl = models.CharField(_("level in words, in Dutch"), max_length=120)
    level_label_en = models.CharField(_("level in words, in English"), max_length=120)
    nlqf_level = models.CharField(_("NLQF level"), max_length=2, blank=True)
    nlqf_register_number = models.CharField(_("NLQF register number"), max_length=20, blank=True)
    mode = models.CharField(_("form"), max_length=8, choices=Mode)
    format_nl = models.CharField(_("form in words, in Dutch"), max_length=200)
    format_en = models.CharField(_("form in words, in English"), max_length=200)
    contact_minutes = models.PositiveIntegerField(_("contact time (minutes)"))
    self_study_minutes = models.PositiveIntegerField(_("self-study (minutes)"), default=0)
    assessment_minutes = models.PositiveIntegerField(_("assessment (minutes)"), default=0)
    attendance_share = models.PositiveSmallIntegerField(
        _("attendance needed (%)"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    certificate_kind = models.CharField(_("certificate"), max_length=13, choices=CertificateKind)
    certificate_months = models.PositiveSmallIntegerField(
        _("certificate valid for (months)"), null=True, blank=True, help_text=_("Empty: it does not expire.")
    )
    assessment_type = models.CharField(_("type of assessment"), max_length=40, blank=True)
    assessment_nl = models.TextField(_("assessment in Dutch"), blank=True)
    assessment_en = models.TextField(_("assessment in English"), blank=True)
    quality_nl = models.CharField(_("quality assurance in Dutch"), max_length=250)
    quality_en = models.CharField(_("quality assurance in English"), max_length=250)
    signatory_role_nl = models.CharField(_("signatory's role in Dutch"), max_length=120)
    signatory_role_en = models.CharField(_("signatory's role in English"), max_length=120)
    signatory_name = models.CharField(_("signatory's name"), max_length=120, blank=True)
    vat_regime = models.CharField(_("VAT"), max_length=24, choices=VatRegime, default=VatRegime.EXEMPT_CRKBO)
    needs_approval = models.BooleanField(
        _("approval needed"), default=False, help_text=_("The provider approves each enrolment.")
    )
    needs_intake = models.BooleanField(
        _("intake talk needed"), default=False, help_text=_("A talk decides whether the course suits someone.")
    )
    cover = models.PositiveSmallIntegerField(
        _("cover"), default=1, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    is_new = models.BooleanField(_("new programme"), default=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="attendance_share_is_a_percentage",
                condition=Q(attendance_share__gte=1, attendance_share__lte=100),
                violation_error_message=_("Attendance needed is a percentage from 1 to 100."),
            ),
            models.CheckConstraint(
                name="nlqf_level_needs_a_register_number",
                condition=Q(nlqf_level="") | ~Q(nlqf_register_number=""),
                violation_error_message=_("An NLQF level may only be named with its register number."),
            ),
            models.CheckConstraint(
                name="cover_is_one_of_eight",
                condition=Q(cover__gte=1, cover__lte=8),
                violation_error_message=_("There are covers 1 to 8."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self, "title")

    @property
    def total_minutes(self) -> int:
        """Notional workload: contact, self-study and assessment together."""
        return self.contact_minutes + self.self_study_minutes + self.assessment_minutes

    @property
    def is_assessed(self) -> bool:
        return self.certificate_kind == self.CertificateKind.ASSESSED


class Part(models.Model):
    """A course that counts towards a programme's certificate."""

    programme = models.ForeignKey(Course, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="parts")
    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="part_of")
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(
                name="a_course_is_a_part_once",
                fields=["programme", "course"],
                violation_error_message=_("This course is already a part."),
            ),
            models.CheckConstraint(
                name="a_programme_is_not_its_own_part",
                condition=~Q(programme=F("course")),
                violation_error_message=_("A programme cannot be a part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme.code} ⊃ {self.course.code}"


class CourseSkill(models.Model):
    """A skill that a course teaches, at the framework's own level."""

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="course_skills")
    skill = models.ForeignKey(Skill, verbose_name=_("skill"), on_delete=models.PROTECT, related_name="course_skills")
    level = models.CharField(_("level"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("skill of a course")
        verbose_name_plural = _("skills of courses")
        ordering = ["skill"]
        constraints = [
            models.UniqueConstraint(
                name="a_course_teaches_a_skill_once",
                fields=["course", "skill"],
                violation_error_message=_("This skill is already there."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.course.code}: {self.skill}"


class LearningOutcome(models.Model):
    """What a learner can do afterwards; printed on the certificate."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="outcomes")
    code = models.SlugField(_("code"), max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text_nl = models.TextField(_("text in Dutch"))
    text_en = models.TextField(_("text in English"))
    bloom_level = models.PositiveSmallIntegerField(_("Bloom level"), null=True, blank=True)

    class Meta:
        verbose_name = _("learning outcome")
        verbose_name_plural = _("learning outcomes")
        ordering = ["course", "order"]

    def __str__(self) -> str:
        return in_language(self, "text")


class Price(models.Model):
    """What one kind of payer pays for a course. Cents, including VAT where VAT is due."""

    class Audience(models.TextChoices):
        STANDARD = "standard", _("standard")
        SME = "sme", _("SME, own contribution")
        CAREER_SWITCHER = "career_switcher", _("career switcher")
        STUDENT = "student", _("student")

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="prices")
    audience = models.CharField(_("for whom"), max_length=16, choices=Audience)
    cents = models.PositiveIntegerField(_("amount (cents)"))

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                name="one_price_per_audience",
                fields=["course", "audience"],
                violation_error_message=_("There is already a price for this audience."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.course.code} {self.audience}: {self.cents}"
