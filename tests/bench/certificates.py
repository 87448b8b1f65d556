"""Making certificates: CPU time by step, then a thousand of them by one and by two workers, with their memory.

No database and no queue: what is measured is what a worker computes. The rulers for drawing are the same drawing
without structure and archive, once without the QR code as well: the file that ReportLab writes by itself, packed as
ours is once it is finished.
``COUNT=200`` makes fewer.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from reportlab import rl_config

COUNT = int(os.environ.get("COUNT", "1000"))
SAMPLES = int(os.environ.get("RUNS", "40"))
BASE = "https://leren.example"


def run() -> None:
    line = Line()
    steps = line.steps()
    print(f"{'step':34}{'CPU ms':>8}{'least':>8}{'a second':>10}")
    medians = {}
    for name, work in steps.items():
        found = sorted(_cpu(work) for _ in range(SAMPLES + 3))[:SAMPLES]  # the first ones read fonts and contexts
        medians[name] = statistics.median(found)
        print(f"{name:34}{medians[name]:8.1f}{found[0]:8.1f}{1000 / medians[name]:10.0f}")
    whole = medians["whole chain"]
    print(f"\nwhole chain {whole:.0f} ms of CPU")
    for bare in ("bare drawing", "bare drawing, with the code"):
        ratio = (medians["drawing"] + medians["finishing"]) / medians[bare]
        print(f"drawing as an archive {ratio:.2f} times the {bare}")
    print()
    head = (
        ("certificates", 13),
        ("workers", 9),
        ("seconds", 9),
        ("a second", 10),
        ("CPU ms each", 13),
        ("memory", 9),
        ("size", 8),
    )
    print("".join(f"{word:>{room}}" for word, room in head))
    for workers in (1, 2):
        _many(line, workers)


class Line:
    """Everything a worker needs, with keys of its own."""

    def __init__(self) -> None:
        from certificates.keys import files
        from certificates.keys.signers import PdfSealer, SealSigner, seal_signature_with
        from tests.certificates.samples import COBOTS

        seal_key, self.credential_key = files.new_seal_key(), files.new_credential_key()
        chain = files.demo_certificate(seal_key, issuer="SMITZH", at=datetime.now(UTC))
        self.sealer = PdfSealer("bench", True, SealSigner(seal_signature_with(seal_key), chain))
        self.snapshot = {**COBOTS, "seal": {"demo": True}, "credential": {"list": 1, "place": 5}}

    def prove(self) -> dict[str, Any]:
        from certificates.credentials import badge, proofs, status

        document = badge.achievement_credential(
            self.snapshot,
            identifier=uuid4(),
            base_url=BASE,
            status=status.entry(f"{BASE}/credentials/status/1", 5),
        )
        return proofs.sign(
            document,
            key_id="did:web:leren.example#bench",
            created=datetime.now(UTC),
            sign_bytes=self.credential_key.sign,
        )

    def check(self, proven: dict[str, Any]) -> None:
        from certificates.credentials import proofs

        proofs.verify(proven, key_of=lambda _method: self.credential_key.public_key())

    def draw(self, attached: bytes) -> bytes:
        from certificates.drawing import draw_certificate

        return draw_certificate(self.snapshot, credential=attached)

    def seal(self, drawn: bytes) -> bytes:
        from certificates.sealing import seal

        return seal(drawn, self.sealer, issuer="SMITZH")

    def whole(self) -> bytes:
        from certificates.making import written

        proven = self.prove()
        self.check(proven)
        return self.seal(self.draw(written(proven)))

    def steps(self) -> dict[str, Callable[[], object]]:
        from certificates.making import written

        proven = self.prove()
        attached = written(proven)
        drawn = self.draw(attached)

        def without(**parts: bool) -> Callable[[], object]:
            def work() -> object:
                with _drawing_without(**parts):
                    return self.draw(attached)

            return work

        finishing = _last_step(lambda: self.draw(attached))
        return {
            "proof": self.prove,
            "proof, checked again": lambda: self.check(proven),
            "bare drawing": without(finishing=True, code=True, marks=True, unpacked=True),
            "bare drawing, with the code": without(finishing=True, marks=True, unpacked=True),
            "drawing": without(finishing=True),
            "finishing": finishing,
            "seal, checked again": lambda: self.seal(drawn),
            "whole chain": self.whole,
        }


@contextmanager
def _drawing_without(
    *, finishing: bool = False, code: bool = False, marks: bool = False, unpacked: bool = False
) -> Iterator[None]:
    """The drawing with parts of it left out, for as long as this lasts."""
    from certificates import drawing
    from certificates.drawing import tagging

    real = tagging.write

    def unmarked(canvas: Any, operators: str) -> None:
        if not operators.endswith((" BDC", " BMC", "EMC")):
            real(canvas, operators)

    with ExitStack() as stack:
        if finishing:
            stack.enter_context(patch.object(drawing, "with_structure", lambda drawn, *_more, **_named: drawn))
        if code:
            for module in [one for name, one in sys.modules.items() if name.startswith("certificates.")]:
                if hasattr(module, "qr_operators"):
                    stack.enter_context(patch.object(module, "qr_operators", lambda *_about: ""))
        if marks:
            stack.enter_context(patch.object(tagging, "write", unmarked))
        if unpacked:  # what we leave to the finishing
            packed = partial(_packing, drawing.Canvas)
            stack.enter_context(patch.object(drawing, "Canvas", packed))
            stack.enter_context(patch.object(rl_config, "useA85", 0))  # nobody's mail needs it any more
        yield


def _packing(canvas: Callable[..., Any], target: Any, **about: Any) -> Any:
    return canvas(target, **{**about, "pageCompression": 1})


def _last_step(draw: Callable[[], object]) -> Callable[[], object]:
    """Writing structure, metadata and attachment into what was drawn: the same call again, with what it was given."""
    from certificates import drawing

    real = drawing.with_structure
    with patch.object(drawing, "with_structure", wraps=real) as seen:
        draw()
    words, named = seen.call_args
    return lambda: real(*words, **named)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def _many(line: Line, workers: int) -> None:
    """Each worker a process of its own, as Celery's are; its memory is its own peak."""
    began, children = time.perf_counter(), []
    for number in range(workers):
        read, write = os.pipe()
        if not os.fork():
            size = 0
            for _ in range(COUNT // workers):
                size = len(line.whole())
            used = resource.getrusage(resource.RUSAGE_SELF)
            os.write(write, f"{used.ru_utime + used.ru_stime} {used.ru_maxrss} {size}".encode())
            os._exit(0)
        os.close(write)
        children.append((number, read))
    before = time.process_time()
    told = []
    for _number, read in children:
        with os.fdopen(read) as said:
            told.append([float(word) for word in said.read().split()])
        os.wait()
    took = time.perf_counter() - began
    cpu = sum(one[0] for one in told) - (time.process_time() - before)
    memory, size = max(one[1] for one in told) / 1024, told[0][2] / 1000
    made = COUNT // workers * workers
    print(
        f"{made:>13}{workers:>9}{took:>9.1f}{made / took:>10.1f}{cpu / made * 1000:>13.1f}{memory:>6.0f} MB"
        f"{size:>5.0f} kB",
        flush=True,
    )
