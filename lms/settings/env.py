"""The one reader of the environment: typed, loud when something is missing or wrong.

Every name may also be given as ``NAME_FILE``, the path of a file that holds the value (the way container
orchestrators hand out secrets).
"""

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_MISSING = object()


def text(name: str, default: object = _MISSING) -> str:
    """The value of NAME or of the file NAME_FILE; raises ImproperlyConfigured when neither exists and no default."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    if name in os.environ:
        return os.environ[name]
    if default is _MISSING:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE in the environment.")
    return str(default)


def flag(name: str, default: bool = False) -> bool:
    """A yes or no; anything else than 1/0, true/false, yes/no, on/off raises."""
    value = text(name, "true" if default else "false").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = text(name, default)
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: str = "", *, required: bool = False) -> list[str]:
    """A list, separated by commas; a required one raises when it is missing or empty."""
    found = [word.strip() for word in text(name, _MISSING if required else default).split(",") if word.strip()]
    if required and not found:
        raise ImproperlyConfigured(f"{name} must name at least one.")
    return found


def kept_secret(path: Path) -> str:
    """A random secret, made on first use and kept in a file that only we may read. Never for production.

    Several processes may start at once on a new machine: the file appears whole under its name or not at all, and
    whoever comes second reads what the first one wrote.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".secret-", delete=False) as draft:
            draft.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, path)
        os.unlink(draft.name)
    return path.read_text(encoding="utf-8").strip()


def socket_path(directory: Path) -> Path:
    """Where the embedded broker listens: in the directory, or in a short private one when the path would not fit.

    The kernel keeps 108 bytes for the address of a unix socket.
    """
    inside = directory / "broker.sock"
    if len(os.fsencode(inside)) <= 100:
        return inside
    name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"lms-{os.getuid()}-{name}" / "broker.sock"


def cache(name: str, default: object = _MISSING) -> dict[str, object]:
    """A CACHES entry from ``locmem://``, ``redis://host:port/0`` or ``unix:///path/to.sock?db=1``."""
    location = text(name, default)
    scheme = urlsplit(location).scheme
    if scheme == "locmem":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if scheme in {"redis", "rediss", "unix"}:
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location}
    raise ImproperlyConfigured(f"{name} must start with locmem://, redis://, rediss:// or unix://, not {scheme!r}.")


def caches(name: str, default: object = _MISSING) -> dict[str, dict[str, object]]:
    """CACHES from one address: ``default``, and beside it ``pages``, whole answers that can be made again."""
    pages: dict[str, object] = {"KEY_PREFIX": "pages"}
    if text(name, default).startswith("locmem"):
        pages |= {"LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 2000}}
    return {"default": cache(name, default), "pages": cache(name, default) | pages}


def database(name: str, default: object = _MISSING) -> dict[str, object]:
    """A DATABASES entry from ``sqlite:///path`` or ``postgres://user:password@host:port/name?option=value``."""
    url = urlsplit(text(name, default))
    if url.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(url.path.removeprefix("/")) or ":memory:",
            "OPTIONS": {
                # IMMEDIATE takes the write lock at BEGIN: a transaction then waits its turn instead of failing
                # half-way with "database is locked" when it first writes.
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
                    "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;"
                ),
            },
        }
    if url.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.removeprefix("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": url.hostname or "",
            "PORT": str(url.port or ""),
            "CONN_MAX_AGE": number("DATABASE_CONN_MAX_AGE", 60),
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(url.query)),
        }
    raise ImproperlyConfigured(f"{name} must start with sqlite:// or postgres://, not {url.scheme!r}.")
