"""A file that somebody lets us look at: it stays in memory for as long as the request lasts, and is kept nowhere."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

LARGEST = 5 * 1024 * 1024
AROUND_IT = 16 * 1024  # a form around the file


class Looked(UploadedFile):
    """The file, to be read once."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(file=BytesIO(content), name=name, size=len(content))
        self.content = content


class MemoryHandler(FileUploadHandler):
    """No temporary file, unlike Django's own handlers from 2.5 MB up."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content = bytearray()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.content += raw_data
        if len(self.content) > LARGEST + AROUND_IT:
            raise StopUpload(connection_reset=True)

    def file_complete(self, file_size: int) -> Looked:
        return Looked(self.file_name or "", bytes(self.content))


def is_too_large(request: HttpRequest, most: int = LARGEST) -> bool:
    """Seen from the announced length, before a byte of it is read."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return not announced.isdigit() or int(announced) > most + AROUND_IT
