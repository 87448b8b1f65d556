"""A ZIP that grows in parts: each written on its own, all of them one after the other are one ordinary file.

Nothing is held in memory but the part's own names: the documents are stored as they are (a PDF is compressed already),
and the directory at the end is written from what is known of every part.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.utils import timezone


@dataclass(frozen=True)
class Placed:
    """A document that stands in an earlier part."""

    name: str
    place: int
    size: int
    crc: int
    dated: datetime


class _Further:
    """A file whose first byte is a later one of the whole."""

    def __init__(self, file: IO[bytes], begins_at: int) -> None:
        self.file, self.begins_at = file, begins_at

    def tell(self) -> int:
        return self.file.tell() + self.begins_at

    def seek(self, place: int) -> int:
        return self.file.seek(place - self.begins_at) + self.begins_at

    def write(self, content: bytes) -> int:
        return self.file.write(content)

    def flush(self) -> None:
        self.file.flush()


class ArchivePart:
    """One part, written into ``file``; ``begins_at`` is what the parts before it measure together."""

    def __init__(self, file: IO[bytes], *, begins_at: int) -> None:
        self.file, self.begins_at = file, begins_at
        further: Any = _Further(file, begins_at)
        self.archive = zipfile.ZipFile(further, "w", compression=zipfile.ZIP_STORED)

    def add(self, name: str, content: bytes, *, dated: datetime) -> Placed:
        self.archive.writestr(_entry(name, dated), content)
        info = self.archive.getinfo(name)
        return Placed(name, info.header_offset, info.file_size, info.CRC, dated)

    def close(self) -> int:
        """Without a directory: more parts follow. Answers the size."""
        ends = self.archive.start_dir - self.begins_at
        self.archive.close()
        self.file.truncate(ends)
        return ends

    def close_all(self, earlier: Iterable[Placed]) -> int:
        """With the directory of everything: this was the last part. Answers the size."""
        own = list(self.archive.filelist)
        self.archive.filelist[:] = [_restored(one) for one in earlier] + own
        self.archive.close()
        return self.file.seek(0, 2)


def _entry(name: str, dated: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=timezone.localtime(dated).timetuple()[:6])
    info.external_attr = 0o600 << 16
    return info


def _restored(one: Placed) -> zipfile.ZipInfo:
    info = _entry(one.name, one.dated)
    info.header_offset, info.CRC, info.file_size, info.compress_size = one.place, one.crc, one.size, one.size
    return info
