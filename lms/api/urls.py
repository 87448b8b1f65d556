"""Addresses for machines: outside the languages, each served by the edge."""

from django.urls import URLResolver, include, path, re_path

from lms.api import edudex
from lms.api.documents import openapi, to_page
from lms.api.edge import served
from lms.api.nothing import nothing
from lms.api.oeapi.api import api as oeapi
from lms.api.v1.api import api as v1

# Also with a line break in it.
_ANYTHING = r"^(?P<address>(?:api|oeapi|edudex)(?:/[\s\S]*)?)$"
_LANGUAGE = frozenset({"language"})

v1_urls = [
    path("openapi.json", served(openapi(v1), parameters=_LANGUAGE, max_age=3600, speaks=True), name="openapi"),
    path("docs", to_page, name="docs"),
    *v1.patterns(speaks=True),
]

oeapi_urls = [
    path("openapi.json", served(openapi(oeapi), parameters=_LANGUAGE, max_age=3600, speaks=True), name="openapi"),
    *oeapi.patterns(),
]

_XML = "application/xml"
edudex_urls = [
    path("directory.xml", served(edudex.directory, media_type=_XML, max_age=3600), name="directory"),
    path("institute.xml", served(edudex.institute, media_type=_XML, max_age=3600), name="institute"),
    path("programs/<slug:code>.xml", served(edudex.program_xml, media_type=_XML, max_age=3600), name="program"),
    path("programs/<slug:code>.json", served(edudex.program_json, max_age=3600), name="program_json"),
]

machine_urls: list[URLResolver] = [
    path("api/v1/", include((v1_urls, "api"))),
    path("oeapi/v6/", include((oeapi_urls, "oeapi"))),
    path("edudex/", include((edudex_urls, "edudex"))),
    path("", include(([re_path(_ANYTHING, nothing, name="nothing")], "machines"))),
]
