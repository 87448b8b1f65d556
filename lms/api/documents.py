"""The OpenAPI descriptions, and the page that explains the API to people. Both speak Dutch and English."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from lms.api.framework import PROBLEMS, MachineAPI
from lms.api.languages import language_of
from lms.api.problems import BadParameter, Problem, problem
from lms.api.v1.api import api as v1
from lms.kernel.languages import LANGUAGES, current_language

# What of a document is text for people.
_TOLD = {"summary", "description", "title"}


def described(api: MachineAPI, language: str) -> dict[str, Any]:
    """The description of an API in a language, with where it is served."""
    document = api.document()
    document["servers"] = [{"url": settings.LMS_BASE_URL}]
    with override(language):
        _translate(document)
    return document


def _translate(thing: Any) -> None:
    if isinstance(thing, list):
        for one in thing:
            _translate(one)
    elif isinstance(thing, dict):
        for name, value in thing.items():
            if name in _TOLD and isinstance(value, str) and value:
                thing[name] = gettext(value)
            elif name not in {"examples", "example", "default", "enum"}:
                _translate(value)


def openapi(api: MachineAPI) -> Any:
    """The view that gives an API's description."""

    def view(request: HttpRequest) -> HttpResponse:
        try:
            language = asked_language(request)
        except Problem as wrong:
            return problem(wrong.status, wrong.detail, **wrong.more)
        response = HttpResponse(
            json.dumps(described(api, language), ensure_ascii=False), content_type="application/json"
        )
        response.headers["Content-Language"] = language
        return response

    return view


def asked_language(request: HttpRequest) -> str:
    asked = request.GET.get("language")
    if asked is not None and asked not in LANGUAGES:
        raise BadParameter("language", f"is one of {', '.join(LANGUAGES)}.")
    return language_of(request, asked)


@vary_on_headers("Accept-Language")
@require_safe
def to_page(request: HttpRequest) -> HttpResponse:
    """From the machine's address to the page for people, in the reader's language."""
    try:
        language = asked_language(request)
    except Problem as wrong:
        return problem(wrong.status, wrong.detail, **wrong.more)
    with override(language):
        return HttpResponseRedirect(reverse("for_systems"))


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What other systems can read here, and how."""
    language = current_language()
    document = described(v1, language)
    context = {
        "trail": [(gettext("Home"), f"/{language}/")],
        "here": gettext("For systems"),
        "subjects": _subjects(document),
        "shapes": sorted(_shapes(document), key=lambda shape: shape["name"]),
        "problems": [(status, gettext(words)) for status, words in PROBLEMS.items()],
        "base": settings.LMS_BASE_URL,
        "rate": settings.LMS_API_RATE,
        "has_edudex": bool(settings.LMS_EDUDEX_ORG_UNIT),
    }
    return render(request, "api/page.html", context)


def _subjects(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations under the subject they belong to, in the order of the document."""
    found = {tag["name"]: tag | {"operations": []} for tag in document["tags"]}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            found[operation["tags"][0]]["operations"].append(
                {
                    "path": path,
                    "method": method.upper(),
                    "id": operation["operationId"],
                    "summary": operation["summary"],
                    "description": operation["description"],
                    "parameters": [_field(one["name"], one["schema"], one) for one in operation["parameters"]],
                    "body": _shape_of(_json_of(operation.get("requestBody", {}))),
                    "answer": _answer_of(operation),
                    "asks_for_a_key": "security" in operation,
                }
            )
    return [subject for subject in found.values() if subject["operations"]]


def _answer_of(operation: dict[str, Any]) -> str:
    """The name of the shape; nothing for a document, or where there is nothing to tell."""
    good = next(one for status, one in operation["responses"].items() if status.startswith("2"))
    return _shape_of(_json_of(good))


def _json_of(said: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = said.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _shapes(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "fields": [_field(field, said, said) for field, said in shape["properties"].items()]}
        for name, shape in document["components"]["schemas"].items()
    ]


def _field(name: str, schema: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    examples = schema.get("examples") or []
    kinds = schema.get("anyOf") or [schema]
    return {
        "name": name,
        "kind": gettext(" or ").join(_kind(one) for one in kinds),
        "shape": next((ref for one in kinds if (ref := _shape_of(one))), ""),
        "values": schema.get("enum") or [],
        "description": said.get("description", ""),
        "example": json.dumps(examples[0], ensure_ascii=False).strip('"') if examples else "",
        "required": said.get("required") is True,
    }


def _shape_of(schema: dict[str, Any]) -> str:
    ref = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
    return ref.rpartition("/")[2]


def _kind(schema: dict[str, Any]) -> str:
    """The kind of a value in a word."""
    if ref := schema.get("$ref"):
        return ref.rpartition("/")[2]
    kind, form = schema.get("type", ""), schema.get("format", "")
    names = {
        "date-time": gettext("moment"),
        "date": gettext("day"),
        "uuid": "UUID",
        "uri": gettext("address"),
        "string": gettext("text"),
        "integer": gettext("whole number"),
        "number": gettext("number"),
        "boolean": gettext("yes or no"),
        "null": "null",
        "object": gettext("object"),
    }
    if kind == "array":
        return gettext("list of %(kind)s") % {"kind": _kind(schema.get("items", {}))}
    return names.get(form) or names.get(kind, kind)
