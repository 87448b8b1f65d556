"""The words of a kind of letter in one language, as the programme office wants them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kernel.letter_kinds import kind_of
from lms.kernel.policies import Scoped
from lms.people.models import Role, User


class MailTextQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> MailTextQuerySet:
        return self if user.holds(Role.OFFICER) else self.none()


class MailText(models.Model):
    """Subject, heading, words and closing remark of one kind in one language. Without words of its own (``is_own``)
    the shipped template speaks. There is a row for every kind, so that all stand in one list.
    """

    kind = models.CharField(_("kind"), max_length=40, editable=False)
    language = models.CharField(
        _("language"), max_length=2, choices=[("nl", _("Dutch")), ("en", _("English"))], editable=False
    )
    is_own = models.BooleanField(_("own words"), default=False, editable=False)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    heading = models.CharField(_("heading"), max_length=200, blank=True)
    words = models.TextField(_("words"), blank=True)
    tip = models.TextField(_("remark below the button"), blank=True)

    objects = MailTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail text")
        verbose_name_plural = _("mail texts")
        ordering = ["kind", "-language"]
        constraints = [
            models.UniqueConstraint(name="one_text_per_kind_and_language", fields=["kind", "language"]),
            models.CheckConstraint(
                name="own_words_have_a_subject_and_words",
                condition=models.Q(is_own=False) | models.Q(subject__gt="", words__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.get_language_display()})"

    @property
    def label(self) -> str:
        return str(kind_of(self.kind).label)
