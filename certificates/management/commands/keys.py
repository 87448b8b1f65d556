"""The keys that sign certificates: make, replace, withdraw, check."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates.keys import files, keeping
from certificates.models import IssuerKey


class Command(BaseCommand):
    help = "Lists, checks and replaces the keys that sign and seal certificates."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("list", help="every key that signs or ever signed")
        what.add_parser("check", help="whether the keys can sign, and how long yet; fails when they cannot")
        what.add_parser("demo", help="make every key for a demo that has none")
        what.add_parser("credential", help="make a new key for credentials; the one before it stays trusted")
        what.add_parser("token", help="make a new key for credentials as tokens (JWT); the one before it stays trusted")
        seal = what.add_parser("seal", help="take a seal's key and certificate; the one before it stays trusted")
        seal.add_argument("key", type=Path, help="private RSA key, PEM")
        seal.add_argument("certificates", type=Path, help="its certificate and those above it, PEM, its own first")
        lost = what.add_parser("compromised", help="stop trusting a key that may be in other hands")
        lost.add_argument("name")

    def handle(self, *, what: str, **options: Any) -> None:
        getattr(self, f"do_{what}")(**options)

    def do_list(self, **_options: Any) -> None:
        for row in IssuerKey.objects.order_by("purpose", "-made_at"):
            state = "compromised" if row.compromised_at else "retired" if row.retired_at else "active"
            self.stdout.write(f"{row.name:<24} {row.purpose:<11} {state:<12}{'demo' if row.is_demo else ''}".rstrip())

    def do_check(self, **_options: Any) -> None:
        if found := keeping.troubles(at=timezone.now()):
            raise CommandError("\n".join(found))
        self.stdout.write("The keys sign, and what they sign can be checked.")

    def do_demo(self, **_options: Any) -> None:
        if not settings.LMS_DEMO:
            raise CommandError("These keys sign nothing outside a demo.")
        for row in keeping.make_demo_keys(at=timezone.now()):
            self.stdout.write(f"Made {row.name}, for a demo only.")

    def do_credential(self, **_options: Any) -> None:
        row = keeping.take_key(
            IssuerKey.Purpose.CREDENTIAL, files.new_credential_key(), is_demo=False, by=None, at=timezone.now()
        )
        self.stdout.write(f"Credentials are signed with {row.name} from now on.")

    def do_token(self, **_options: Any) -> None:
        row = keeping.take_key(
            IssuerKey.Purpose.TOKEN, files.new_token_key(), is_demo=False, by=None, at=timezone.now()
        )
        self.stdout.write(f"Tokens are signed with {row.name} from now on.")

    def do_seal(self, *, key: Path, certificates: Path, **_options: Any) -> None:
        try:
            private = serialization.load_pem_private_key(key.read_bytes(), password=None)
            chain = certificates.read_text()
        except (OSError, ValueError, TypeError) as wrong:
            raise CommandError(f"This cannot be read: {wrong}") from wrong
        if not isinstance(private, RSAPrivateKey) or private.key_size < files.SEAL_BITS:
            raise CommandError(f"A seal needs an RSA key of {files.SEAL_BITS} bits or more.")
        try:
            row = keeping.take_key(
                IssuerKey.Purpose.SEAL, private, chain=chain, is_demo=False, by=None, at=timezone.now()
            )
        except keeping.CertificateRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Certificates are sealed with {row.name} from now on.")

    def do_compromised(self, *, name: str, **_options: Any) -> None:
        row = IssuerKey.objects.filter(name=name).first()
        if row is None:
            raise CommandError(f"There is no key {name}.")
        keeping.mark_compromised(row, by=None, at=timezone.now())
        self.stdout.write(f"{name} is no longer trusted. Issue again what it signed.")
