"""A NUL in an address is refused before a database sees it; PostgreSQL would answer with an error of its own."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nl/%00/", "/v/%00", "/nl/opleidingen/?q=%00", "/nl/inschrijven/%00/"])
def test_a_nul_in_an_address_is_a_bad_request(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400
