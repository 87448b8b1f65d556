"""What a company's HR finds of groups and of its own systems: one of each kind, and a log that did not go smoothly."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from courses.models import Edition
from enrolments.actions import begin_group, carry_out_group, start_group_enrolment, take_in_group
from enrolments.groups.reading import listed_rows, read_paste
from enrolments.models import Enrolment, GroupEnrolment
from lms.demo.people import DEMO
from lms.messages.webhooks.actions import add_webhook, claim_try, note_answer
from lms.messages.webhooks.models import Delivery, Webhook
from lms.people.models import ApiToken, Organisation, Role, User
from lms.people.tokens import make_token, note_use, revoke_token

PLACED = ("Yvonne Terpstra", "Hamid el Amrani", "Joost van der Wal", "Chantal Peeters")
HALF = ("Willem Schouten", "Fenna Hoekstra", "Murat Aydin", "Lotte van Dam", "Sjoerd Postma", "Noor Bakker")
NAMED = ("Ilse de Groot", "Kees Vermeer")
TO_REPAIR = """\
Naam\tE-mailadres
Ruben Kuiper\truben.kuiper@{domain}
Dewi Santoso\tdewi.santoso{domain}
Marloes de Bruin\t
Ruben Kuiper\truben.kuiper@{domain}
Pieter-Jan Visser\tpj.visser@{domain}
"""
DOMAIN = "voorbeeldbedrijf.example"
SCOPES = ("enrolments:read", "certificates:read", "groups:write", "webhooks:manage")


def put_down_groups(now: datetime) -> None:
    """What is there already is left alone."""
    if GroupEnrolment.objects.exists():
        return
    hr = User.objects.get(email=f"hr{DEMO}")
    company = Organisation.objects.filter(pk__in=hr.organisations_as(Role.HR)).order_by("name")[0]
    _connect(company, hr, now)
    roomy, nearly_full = _editions(now)
    if len(roomy) > 2:
        _run(company, roomy[0], PLACED, at=now - timedelta(days=2), reference="INK-2027-014")
        _run(company, roomy[1], NAMED, by=hr, at=now - timedelta(hours=5), seats=3)
        text = TO_REPAIR.format(domain=DOMAIN)
        take_in_group(company, roomy[2], read_paste(text), source="paste", by=hr, at=now - timedelta(hours=1))
    if nearly_full is not None:
        half = HALF[: nearly_full.seats_free + 3]
        _run(company, nearly_full, half, by=hr, at=now - timedelta(hours=3))
    _deliver(company, now)


def _connect(company: Organisation, hr: User, now: datetime) -> None:
    token, _secret = make_token(
        company, name="Personeelssysteem", scopes=SCOPES, days=365, by=hr, at=now - timedelta(days=40)
    )
    note_use(token, at=now - timedelta(hours=2))
    trial, _secret = make_token(
        company, name="Proef met het rooster", scopes=[ApiToken.Scope.READ_ENROLMENTS], days=90, by=hr,
        at=now - timedelta(days=60),
    )  # fmt: skip
    revoke_token(trial, by=hr, at=now - timedelta(days=41))
    events = [Webhook.Event.GROUP_FINISHED, Webhook.Event.SHARED, Webhook.Event.UNSHARED]
    add_webhook(company, url=f"https://personeel.{DOMAIN}/lms", events=events, by=hr, at=now - timedelta(days=40))


def _editions(now: datetime) -> tuple[list[Edition], Edition | None]:
    """Those with room to spare and nobody waiting, and the one with the fewest places left."""
    waited_for = Enrolment.objects.waiting().order_by().values("edition")
    coming = Edition.objects.open_at(now - timedelta(days=2)).filter(starts_at__gt=now + timedelta(days=7))
    free = [
        one
        for one in coming.exclude(pk__in=waited_for).order_by("starts_at", "code")
        if one.seats_free and not one.asks_approval and not one.asks_intake
    ]
    nearly_full = min((one for one in free if one.seats_free <= len(HALF) - 2), key=_free, default=None)
    return [one for one in free if one.seats_free >= len(PLACED) + 3 and one != nearly_full], nearly_full


def _free(edition: Edition) -> tuple[int, str]:
    return edition.seats_free, edition.code


def _run(
    company: Organisation, edition: Edition, names: Iterable[str], *, at: datetime, by: User | None = None,
    seats: int = 0, reference: str = "",
) -> None:  # fmt: skip
    """Without ``by`` as the company's own system sends it."""
    rows = [{"name": name, "email": f"{name.lower().replace(' ', '.')}@{DOMAIN}"} for name in names]
    if by is None:
        group = start_group_enrolment(
            company, edition, rows, wish="part", key=f"demo {edition.code}", by=by, at=at, seats=seats,
            reference=reference,
        )  # fmt: skip
    else:
        listed = listed_rows(rows)
        group = take_in_group(
            company, edition, listed, source="paste", by=by, at=at, seats_asked=seats, reference=reference
        )
        group = begin_group(group, wish="part", by=by, at=at)
    carry_out_group(group, at=at)


def _deliver(company: Organisation, now: datetime) -> None:
    """One was received at once, one at the second try, one waits for its next."""
    waiting = list(Delivery.objects.filter(webhook__organisation=company).order_by("happened_at", "pk"))
    tries: list[list[int]] = [[204], [503, 200], [503]]
    for delivery, answers in zip(waiting, tries, strict=False):
        for status in answers:
            moment = now if delivery == waiting[-1] else delivery.try_at
            if claim_try(delivery, at=moment):
                note_answer(delivery, status, "", at=moment)
