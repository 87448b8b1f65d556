"""What is known of an address: that it does not work, and which mail it does not want."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kernel.policies import Scoped
from lms.messages.models.outbox import Message
from lms.people.models import Role, User


class _OfTheOffice(Scoped):
    def allowing(self, user: User, verb: str) -> _OfTheOffice:
        return self if user.holds(Role.OFFICER) else self.none()


class BouncedAddress(models.Model):
    """An address that a mail server says does not exist. Mail to it is held until someone says that it works again."""

    email = models.EmailField(_("e-mail address"), unique=True)
    status = models.CharField(_("what its mail server said"), max_length=250)
    message = models.ForeignKey(
        Message, verbose_name=_("message"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("came back at"))

    objects = _OfTheOffice.as_manager()

    class Meta:
        verbose_name = _("address that does not work")
        verbose_name_plural = _("addresses that do not work")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.email


class OptOut(models.Model):
    """An address that does not want one topic of what is not necessary. Of an address, since not everyone has an
    account.
    """

    email = models.EmailField(_("e-mail address"))
    topic = models.CharField(_("topic"), max_length=40)
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("mail that is not wanted")
        verbose_name_plural = _("mail that is not wanted")
        ordering = ["email", "topic"]
        constraints = [
            models.UniqueConstraint(name="an_address_opts_out_of_a_topic_once", fields=["email", "topic"]),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.topic}"
