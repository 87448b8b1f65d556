"""A file that somebody lets us compare: its digest is taken while it comes in, its bytes are kept nowhere."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

LARGEST = 5 * 1024 * 1024
AROUND_IT = 16 * 1024  # a form around the file


class Digest(UploadedFile):
    """What is left of the file: its name, its size and its SHA-256."""

    def __init__(self, name: str, size: int, sha256: str) -> None:
        super().__init__(file=BytesIO(), name=name, size=size)
        self.sha256 = sha256


class DigestHandler(FileUploadHandler):
    """Reads and forgets. No temporary file, unlike Django's own handlers from 2.5 MB up."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.sha256 = hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.sha256.update(raw_data)

    def file_complete(self, file_size: int) -> Digest:
        return Digest(self.file_name or "", file_size, self.sha256.hexdigest())


def is_too_large(request: HttpRequest) -> bool:
    """Seen from the announced length, before a byte of it is read."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return not announced.isdigit() or int(announced) > LARGEST + AROUND_IT
