"""The keys that sign certificates: make, replace, withdraw, check."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates.keys import KeyUnusable, files, keeping, remote
from certificates.models import IssuerKey


class Command(BaseCommand):
    help = "Lists, checks and replaces the keys that sign and seal certificates."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("list", help="every key that signs or ever signed")
        what.add_parser("check", help="whether the keys can sign, and how long yet; fails when they cannot")
        what.add_parser("demo", help="make every key for a demo that has none")
        new = what.add_parser("credential", help="make a new key for credentials; the one before it stays trusted")
        token = what.add_parser(
            "token", help="make a new key for credentials as tokens (JWT); the one before it stays trusted"
        )
        for one in (new, token):
            one.add_argument("--in-device", action="store_true", help="have the PKCS#11 device make and keep it")
        seal = what.add_parser("seal", help="take a seal's key and certificate; the one before it stays trusted")
        seal.add_argument("key", type=Path, help="private RSA key, PEM")
        seal.add_argument("certificates", type=Path, help="its certificate and those above it, PEM, its own first")
        held = what.add_parser("seal-in", help="seal with a key that a device or a provider holds")
        held.add_argument("holder", choices=[IssuerKey.Holder.DEVICE.value, IssuerKey.Holder.PROVIDER.value])
        held.add_argument("label", help="the key's name there")
        held.add_argument("certificates", type=Path, nargs="?", help="PEM, its own first; a provider knows them itself")
        lost = what.add_parser("compromised", help="stop trusting a key that may be in other hands")
        lost.add_argument("name")

    def handle(self, *, what: str, **options: Any) -> None:
        getattr(self, "do_" + what.replace("-", "_"))(**options)

    def do_list(self, **_options: Any) -> None:
        for row in IssuerKey.objects.order_by("purpose", "-made_at"):
            state = "compromised" if row.compromised_at else "retired" if row.retired_at else "active"
            where = "" if row.held_in == IssuerKey.Holder.FILE else f"in {row.held_in}"
            note = "demo" if row.is_demo else where
            self.stdout.write(f"{row.name:<24} {row.purpose:<11} {state:<12}{note}".rstrip())

    def do_check(self, **_options: Any) -> None:
        if found := keeping.troubles(at=timezone.now()):
            raise CommandError("\n".join(found))
        self.stdout.write("The keys sign, and what they sign can be checked.")

    def do_demo(self, **_options: Any) -> None:
        if not settings.LMS_DEMO:
            raise CommandError("These keys sign nothing outside a demo.")
        for row in keeping.make_demo_keys(at=timezone.now()):
            self.stdout.write(f"Made {row.name}, for a demo only.")

    def do_credential(self, *, in_device: bool, **_options: Any) -> None:
        row = self._new(IssuerKey.Purpose.CREDENTIAL, files.new_credential_key, in_device)
        self.stdout.write(f"Credentials are signed with {row.name} from now on.")

    def do_token(self, *, in_device: bool, **_options: Any) -> None:
        row = self._new(IssuerKey.Purpose.TOKEN, files.new_token_key, in_device)
        self.stdout.write(f"Tokens are signed with {row.name} from now on.")

    def _new(self, purpose: str, make: Callable[[], files.PrivateKey], in_device: bool) -> IssuerKey:
        now = timezone.now()
        if not in_device:
            return keeping.take_key(purpose, make(), is_demo=False, by=None, at=now)
        try:
            return keeping.make_key_in_device(purpose, by=None, at=now)
        except KeyUnusable as wrong:
            raise CommandError(str(wrong)) from wrong

    def do_seal_in(self, *, holder: str, label: str, certificates: Path | None, **_options: Any) -> None:
        try:
            if certificates:
                chain = certificates.read_text()
            elif holder == IssuerKey.Holder.PROVIDER:
                chain = remote.chain_of(label)
            else:
                raise CommandError("A device's key needs its certificates as a file.")
            row = keeping.take_seal_from(holder, label, chain, by=None, at=timezone.now())
        except (OSError, ValueError, KeyUnusable, keeping.CertificateRefused) as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(f"Certificates are sealed with {row.name} from now on.")

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
