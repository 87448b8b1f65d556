"""What happened is told in words wherever people read it, never by the name that it has in the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse

from lms.kernel.models import Event
from lms.privacy import actions
from lms.privacy.models import PrivacyRequest
from lms.privacy.office_views import SAYS

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_everything_that_happens_to_a_privacy_request_has_words():
    verbs = set(re.findall(r'"(privacy_request\.\w+)"', Path(actions.__file__).read_text()))
    assert len(verbs) > 5
    assert verbs | {"privacy_request.done", "privacy_request.refused"} == set(SAYS)


def test_the_office_reads_what_happened_to_a_request(client, clock, officer, amal, now):
    asked = actions.ask_correction(amal, "Mijn naam mist een streepje.", by=amal, at=now)
    page = reverse("privacy:settle", args=[asked.uuid])
    client.force_login(officer)
    client.post(page, {"act": "extend"})
    client.post(page, {"act": "done", "answer": "Je krijgt een nieuw certificaat."})
    assert PrivacyRequest.objects.get().state == "done"
    said = client.get(page).content.decode()
    for words in ("Ontvangen", "Er zijn twee maanden bij genomen", "Beantwoord en afgerond"):
        assert words in said
    assert [event.verb for event in Event.objects.about(asked) if event.verb in said] == []
