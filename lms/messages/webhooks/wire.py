"""Sending to an address that others chose: only outward, only there, and only for so long.

The name is looked up once and the connection goes to the very address that was looked at, so that a name which changes
its mind in between leads nowhere else. No redirect is followed, no proxy asked, and little of the answer is read.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

SECONDS = 10
MOST_READ = 16_384
# Inside these an IPv4 address hides that may be one of ours: translated, tunnelled.
WRAPPED = [ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


class NotOutward(Exception):
    """The address is not one on the open internet that we send to."""


class NotDelivered(Exception):
    """Nobody answered, or not in time."""


def checked(url: str) -> SplitResult:
    """The parts of an address that may be sent to, as far as its text tells. Raises NotOutward."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotOutward(url) from None
    local = settings.LMS_WEBHOOKS_MAY_BE_LOCAL and parts.hostname in {"localhost", "127.0.0.1"}
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise NotOutward(url)
    if not parts.hostname or parts.username or parts.password or port == 0:
        raise NotOutward(url)
    return parts


def outward(host: str, port: int) -> str:
    """The numeric address to connect to. Raises NotOutward if any of this name's is not on the open internet."""
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise NotDelivered("the name is not known") from None
    if settings.LMS_WEBHOOKS_MAY_BE_LOCAL and host in {"localhost", "127.0.0.1"}:
        return "127.0.0.1"
    if not found or not all(is_outward(one) for one in found):
        raise NotOutward(host)
    return sorted(found, key=lambda one: (":" in one, one))[0]


def is_outward(address: str) -> bool:
    """Whether this is an address of the open internet: not private, loopback, link-local, a cloud's metadata."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or any(ip in one for one in WRAPPED)):
        return False
    return ip.is_global and not ip.is_multicast


class _Pinned(http.client.HTTPConnection):
    """A connection to one numeric address, whatever the name in the request."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        super().__init__(str(parts.hostname), port, timeout=SECONDS)
        self.address, self.is_secure = address, parts.scheme == "https"
        self.default_port = 443 if self.is_secure else 80  # else Host would name it

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), timeout=SECONDS)
        if self.is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def send(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post it, and answer with which status it was received. Raises NotOutward, NotDelivered."""
    parts = checked(url)
    connection = _Pinned(parts, outward(str(parts.hostname), parts.port or 443))
    # A limit for all of it: one that answers a byte every nine seconds would stay below the limit for each.
    watch = threading.Timer(SECONDS, _cut, [connection])
    watch.daemon = True
    try:
        watch.start()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        answer.read(MOST_READ)
        return answer.status
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as trouble:
        raise NotDelivered(type(trouble).__name__) from trouble
    finally:
        watch.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
