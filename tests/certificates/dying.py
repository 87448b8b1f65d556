"""Workers that are killed (SIGKILL) at a step of issuing, each a process of its own.

``python -m tests.certificates.dying 11 12 13 …`` gives certificate 11 to a worker that dies at the first step, 12 to
one that dies at the second, and so on; prints how each of them ended.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

STEPS = ("signing", "signed", "drawn", "sealing", "sealed", "half stored", "stored", "marking", "marked")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(_work: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *_words, **_named: die()


def after(work: Callable[..., Any]) -> Callable[..., Any]:
    def then_die(*words: Any, **named: Any) -> None:
        work(*words, **named)
        die()

    return then_die


def half_of(_work: Callable[..., Any]) -> Callable[..., Any]:
    """A file of which half has reached the disk."""

    def chunks(content: Any, *_size: Any) -> Iterator[bytes]:
        whole = content.read()
        yield whole[: len(whole) // 2]
        die()

    return chunks


def patched(step: str) -> Any:
    from django.core.files.base import ContentFile

    from certificates import making
    from certificates.actions import issuing

    where, name, how = {
        "signing": (making.proofs, "sign", before),
        "signed": (making.proofs, "sign", after),
        "drawn": (making, "draw_certificate", after),
        "sealing": (making, "seal", before),
        "sealed": (making, "seal", after),
        "half stored": (ContentFile, "chunks", half_of),
        "stored": (issuing, "move", before),  # outside the transaction all is done
        "marking": (issuing, "request_programme_certificates", before),  # the last word inside it
        "marked": (issuing, "_clear_others", before),  # committed, and nothing tidied up
    }[step]
    return patch.object(where, name, how(getattr(where, name)))


def main(ids: list[str]) -> None:
    import django

    django.setup()
    from django.db import connections
    from django.utils import timezone

    from certificates.actions import issue_certificate
    from certificates.models import Certificate

    for step, number in zip(STEPS, ids, strict=True):
        connections.close_all()
        if not (child := os.fork()):
            with patched(step):
                issue_certificate(Certificate.objects.get(pk=number), at=timezone.now())
            os._exit(0)
        _child, status = os.waitpid(child, 0)
        print(step, os.waitstatus_to_exitcode(status), sep=": ")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
