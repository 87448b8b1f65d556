"""Many visitors at once: connections that each ask for the next page as soon as they have the last."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass

VISITORS = 16


@dataclass(frozen=True)
class Load:
    """How it went: answers per second, and how long one took, in milliseconds."""

    per_second: float
    p50: float
    p95: float
    p99: float
    size: int


def load(port: int, path: str, seconds: float) -> Load:
    """Load one address; raises when an answer is not 200."""
    return asyncio.run(_load(port, path, seconds))


async def _load(port: int, path: str, seconds: float) -> Load:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\nAccept-Language: nl\r\n\r\n"
    ).encode()
    await asyncio.gather(*(_visit(port, request, time.perf_counter() + seconds / 4) for _number in range(VISITORS)))
    began = time.perf_counter()
    found = await asyncio.gather(*(_visit(port, request, began + seconds) for _number in range(VISITORS)))
    took = time.perf_counter() - began
    times = sorted(one for visitor, _size in found for one in visitor)
    cuts = statistics.quantiles(times, n=100)
    return Load(len(times) / took, cuts[49] * 1000, cuts[94] * 1000, cuts[98] * 1000, found[0][1])


async def _visit(port: int, request: bytes, until: float) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times, length = [], 0
    try:
        while (began := time.perf_counter()) < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode(errors="replace"))
            length = _length(head)
            await reader.readexactly(length)
            times.append(time.perf_counter() - began)
    finally:
        writer.close()
    return times, length


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise RuntimeError("an answer without a length")
