"""The language of an answer."""

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from lms.kernel.languages import LANGUAGES


def language_of(request: HttpRequest, asked: str | None) -> str:
    """As the parameter says, else as the headers do. A cookie is never looked at: it would make each answer private."""
    if asked:
        return asked
    for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if tag[:2] in LANGUAGES:
            return tag[:2]
    return LANGUAGES[0]
