"""The mails of signing in go through the outbox too: stored, tried again, and found at one place."""

from __future__ import annotations

from typing import Any

from allauth.core import context as sign_in
from django.contrib.sites.shortcuts import get_current_site
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils import timezone

from lms.kernel.languages import current_language
from lms.messages.actions import post_message
from lms.people.models import User
from lms.people.sign_in import AccountAdapter as SignInAdapter


class AccountAdapter(SignInAdapter):
    """allauth's mails, written as allauth writes them and posted by us. Named in ``ACCOUNT_ADAPTER``."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post it in the language of the page: whoever asked is looking at it."""
        request = sign_in.request
        around = {"request": request, "email": email, "current_site": get_current_site(request)}
        mail = self.render_mail(template_prefix, email, around | context)
        post_message(
            kind=template_prefix.replace("account/email/", "account_").replace("/", "_")[:40],
            email=email,
            language=current_language(),
            subject=str(mail.subject),
            text=str(mail.body),
            html=html_of(mail),
            recipient=User.objects.with_email(email).first(),
            at=timezone.now(),
        )


def html_of(mail: EmailMessage) -> str:
    """The HTML part, where the mail has one."""
    parts = mail.alternatives if isinstance(mail, EmailMultiAlternatives) else []
    return next((str(content) for content, mimetype in parts if mimetype == "text/html"), "")
