"""Who else may sign people in, entered in the back office by who administers the platform."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from allauth.socialaccount.models import SocialApp
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from lms.kernel.models import Event
from lms.people.models import User
from lms.people.providers import MOST_READ, NEEDED, NoProvider, address_of, look_at, save_provider
from tests.people.test_institutions import provider as provider  # a fixture: one that is really there

pytestmark = [pytest.mark.once, pytest.mark.django_db]

SECRET = "zeer-geheim-123"


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("beheer@voorbeeld.example", "a long password"))
    return client


def said(address: str, **changes: str) -> dict[str, str]:
    return {
        "name": "Campus",
        "provider_id": "campus",
        "client_id": "lms",
        "secret": SECRET,
        "server_url": address,
        "organisation": "",
    } | changes


def test_a_provider_is_entered_and_stands_on_the_login_page(administrator, provider, vandorp):
    answer = administrator.post(
        reverse("sign-in-providers:add"), said(provider, organisation=str(vandorp.uuid)), follow=True
    )
    app = SocialApp.objects.get()
    assert (app.provider, app.provider_id, app.secret) == ("openid_connect", "campus", SECRET)
    assert app.settings["server_url"] == f"{provider}/.well-known/openid-configuration"
    assert SECRET not in answer.content.decode()
    assert vandorp.name in administrator.get(reverse("sign-in-providers:index")).content.decode()
    assert "Inloggen met Campus" in Client().get(reverse("account_login")).content.decode()


def test_the_secret_is_never_shown_and_stays_when_it_is_left_empty(administrator, provider):
    administrator.post(reverse("sign-in-providers:add"), said(provider))
    app = SocialApp.objects.get()
    edit = reverse("sign-in-providers:edit", args=[app.pk])
    page = administrator.get(edit).content.decode()
    assert SECRET not in page
    assert "/accounts/oidc/campus/login/callback/" in page
    administrator.post(edit, said(provider, name="Campus Delft", secret="", provider_id="other"))
    app.refresh_from_db()
    assert (app.name, app.secret, app.provider_id) == ("Campus Delft", SECRET, "campus")
    administrator.post(edit, said(provider, secret="een-nieuw-geheim"))
    app.refresh_from_db()
    assert app.secret == "een-nieuw-geheim"
    told = [event.data for event in Event.objects.about(app).order_by("pk")]
    assert told[-1] == {"fields": ["name", "secret"]}
    assert SECRET not in str(told)


@pytest.mark.parametrize("address", ["http://connect.example", "https://127.0.0.1:9/nobody", "ftp://connect.example"])
def test_an_address_where_no_sign_in_answers_is_told_beside_the_field(administrator, address):
    page = administrator.post(reverse("sign-in-providers:add"), said(address))
    assert "server_url" in page.context["form"].errors
    assert not SocialApp.objects.exists()


def test_an_address_that_answers_otherwise_is_no_sign_in(live_server):
    with pytest.raises(NoProvider, match="other"):
        look_at(f"{live_server.url}/nl/")
    with pytest.raises(NoProvider, match="other"):
        look_at(f"{live_server.url}/healthz")


class InPieces(BaseHTTPRequestHandler):
    """Says what it is in pieces, as many servers do."""

    protocol_version = "HTTP/1.1"
    filler = 0

    def do_GET(self) -> None:
        text = json.dumps(dict.fromkeys(NEEDED, "http://127.0.0.1/") | {"more": "x" * self.filler}).encode()
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        with contextlib.suppress(OSError):  # who has enough hangs up
            for piece in (text[:20], text[20:], b""):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def in_pieces() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Pieces", (InPieces,), {})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_an_answer_in_pieces_is_read_to_its_end_and_an_endless_one_is_not(in_pieces):
    address = f"http://127.0.0.1:{in_pieces.server_port}"
    assert look_at(address)["issuer"]
    in_pieces.RequestHandlerClass.filler = MOST_READ
    with pytest.raises(NoProvider, match="other"):
        look_at(address)


def test_the_address_of_the_provider_or_of_its_document_will_do(provider):
    assert address_of(provider) == address_of(f"{provider}/.well-known/openid-configuration")
    assert look_at(address_of(provider))["issuer"]


def test_a_code_that_is_taken_is_told(administrator, provider):
    administrator.post(reverse("sign-in-providers:add"), said(provider))
    page = administrator.post(reverse("sign-in-providers:add"), said(provider, name="Nog een"))
    assert "provider_id" in page.context["form"].errors
    assert SocialApp.objects.count() == 1


def test_the_programme_office_may_not(client, officer, db):
    client.force_login(officer)
    assert client.get(reverse("sign-in-providers:index")).status_code == 404
    assert client.post(reverse("sign-in-providers:add"), said("https://connect.example")).status_code == 404
    with pytest.raises(PermissionDenied):
        save_provider(SocialApp(name="X", provider_id="x", client_id="x"), by=officer)


def test_deleting_a_provider_ends_it(administrator, provider):
    administrator.post(reverse("sign-in-providers:add"), said(provider))
    app = SocialApp.objects.get()
    administrator.post(reverse("sign-in-providers:delete", args=[app.pk]))
    assert not SocialApp.objects.exists()
    assert "Inloggen met Campus" not in Client().get(reverse("account_login")).content.decode()
