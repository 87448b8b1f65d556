"""How our APIs are put together: django-ninja reads parameters and writes the OpenAPI description, the edge serves.

An API is routers, one per subject. A router that is not for everyone gets ``auth=`` when it is added; whoever is
anonymous then gets 401 as a problem, like every other error.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.renderers import BaseRenderer
from pydantic import BaseModel, ConfigDict

from lms.api.edge import View, served, served_to_keys
from lms.api.problems import CONTENT_TYPE, Problem, problem


def _required(shape: dict[str, Any], model: type[BaseModel]) -> None:
    """What an asker can count on: where fields can be chosen, only those that always come."""
    if always := getattr(model, "always", None):
        shape["required"] = sorted(always)


class Answer(BaseModel):
    """A shape that an answer has, and no other: a key too many is a mistake of ours, found before it leaves."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, json_schema_extra=_required)


class Compact(BaseRenderer):
    """JSON in UTF-8, keys in the order in which the shapes name them."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


PROBLEM_SCHEMA = {
    "type": "object",
    "description": _("What went wrong (RFC 9457)."),
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": _("Explains this kind of error to a person.")},
        "title": {"type": "string", "examples": ["Bad Request"]},
        "status": {"type": "integer", "examples": [400]},
        "detail": {"type": "string", "examples": ["page_size: Input should be less than or equal to 100"]},
        "errors": {
            "type": "array",
            "description": _("Which parameters were wrong, or which places of what was sent."),
            "items": {
                "type": "object",
                "required": ["parameter", "detail"],
                "properties": {"parameter": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
PROBLEMS = {
    "400": _("A parameter is wrong or does not exist."),
    "401": _("The API key is missing, unknown, expired or revoked."),
    "403": _("The API key works, but not for this."),
    "404": _("There is no such thing, or not any more."),
    "405": _("This address does not take that method."),
    "406": _("The kind of answer that was asked for is not given."),
    "409": _("As things stand this cannot be done; detail says why."),
    "413": _("What was sent is too much at once."),
    "415": _("Send JSON, and say so: Content-Type: application/json."),
    "422": _("What was sent is wrong; errors says where."),
    "429": _("Too many requests in a minute; Retry-After says when to come back."),
}
# Only where a key is asked for.
WITH_A_KEY = {"401", "403"}
# Only where something is sent; what is named in it may not be there either.
WITH_A_BODY = {"409", "413", "415", "422"}


class MachineAPI(NinjaAPI):
    """An API of ours: errors are problems, answers are served by the edge."""

    def __init__(self, *, namespace: str, prefix: str, **options: Any) -> None:
        super().__init__(urls_namespace=namespace, docs_url=None, openapi_url=None, renderer=Compact(), **options)
        self.prefix = prefix
        self._document: dict[str, Any] | None = None

    def set_default_exception_handlers(self) -> None:
        for kind in (Problem, Http404, HttpError, ValidationError):
            self.add_exception_handler(kind, _as_problem)

    def patterns(self, *, speaks: bool = False) -> list[URLPattern]:
        """The addresses, each served by the edge, named after their operation."""
        operations: dict[str, list[Operation]] = {}
        for router in self._get_bound_routers():
            for view in router.path_operations.values():
                # All methods of an address stand under the name of its first.
                operations[view.operations[0].view_func.__name__] = view.operations
        found = []
        for pattern in self.urls[0]:
            if not isinstance(pattern, URLPattern) or pattern.name not in operations:
                continue  # ninja's own root
            here = operations[pattern.name]
            how = getattr(here[0].view_func, "served_as", {})
            answered: View
            if here[0].auth_callbacks:
                known = {method: parameters_of(one) for one in here for method in one.methods}
                answered = served_to_keys(cast(View, pattern.callback), parameters=known, **how)
            else:
                answered = served(cast(View, pattern.callback), parameters=parameters_of(here[0]), speaks=speaks, **how)
            found.append(path(str(pattern.pattern), answered, name=pattern.name))
        return found

    def document(self) -> dict[str, Any]:
        """The OpenAPI description, made once; a copy, so that its reader may change it."""
        if self._document is None:
            self._document = _completed(self.get_openapi_schema(path_prefix=self.prefix))
        return copy.deepcopy(self._document)


def serve_as(**how: Any) -> Any:
    """How the edge serves this view, where not as usual: ``max_age``, ``keeps``, ``media_type``, ``personal``."""

    def mark(view: Any) -> Any:
        view.served_as = how
        return view

    return mark


def parameters_of(operation: Operation) -> frozenset[str]:
    """The query parameters that an operation knows."""
    return frozenset(
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    )


def _as_problem(request: HttpRequest, error: Any) -> HttpResponse:
    """Whatever went wrong in a view, as a problem."""
    match error:
        case Problem():
            refused = problem(error.status, error.detail, **error.more)
            for name, value in error.headers.items():
                refused.headers[name] = value
            return refused
        case ValidationError():
            return _wrong_parameters(error)
        case HttpError():
            return problem(error.status_code, str(error))
        case _:
            return problem(404, "There is no such thing here.")


def _wrong_parameters(error: ValidationError) -> HttpResponse:
    if all(found["loc"][0] == "body" for found in error.errors):
        return _wrong_body(error)
    errors = [
        # The last name that is text: a list's own parameter, not the number of its wrong item.
        {"parameter": next((one for one in reversed(found["loc"]) if isinstance(one, str)), ""), "detail": found["msg"]}
        for found in error.errors
    ]
    # A thing that cannot be is not there.
    if any(found["loc"][0] == "path" for found in error.errors):
        return problem(404, "There is no such thing here.")
    return problem(400, f"{errors[0]['parameter']}: {errors[0]['detail']}", errors=errors)


def _wrong_body(error: ValidationError) -> HttpResponse:
    """What was sent is no group, or no webhook; said by its place, as ``rows.3.email``. The first hundred."""
    errors = [
        {"parameter": ".".join(str(step) for step in found["loc"][2:]) or "body", "detail": found["msg"]}
        for found in error.errors[:100]
    ]
    return problem(422, f"{errors[0]['parameter']}: {errors[0]['detail']}", errors=errors)


def _completed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The description as ninja writes it, with what holds for all operations, without titles that repeat a name."""
    document: dict[str, Any] = json.loads(json.dumps(schema, cls=DjangoJSONEncoder))
    document["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    for shape in document["components"]["schemas"].values():
        _without_titles(shape)
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                parameter["schema"] = _not_null(parameter["schema"])
                _without_titles(parameter)
                parameter.pop("examples", None)  # they stand in its schema, where they may be a list
                if parameter["schema"].get("type") == "array":
                    parameter |= {"style": "form", "explode": False}
            operation["responses"] |= {
                status: {
                    "description": words,
                    "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for status, words in PROBLEMS.items()
                if (status != "404" or names_something(operation))
                and (status not in WITH_A_KEY or "security" in operation)
                and (status not in WITH_A_BODY or "requestBody" in operation)
            }
    return _only_used(document)


def names_something(operation: Mapping[str, Any]) -> bool:
    """Whether it can be asked about something that is not there."""
    return "requestBody" in operation or any(one["in"] == "path" for one in operation["parameters"])


def _without_titles(shape: Any) -> None:
    if isinstance(shape, dict):
        if isinstance(shape.get("title"), str):
            del shape["title"]
        for name, one in shape.items():
            if name not in {"examples", "default"}:
                _without_titles(one)
    elif isinstance(shape, list):
        for one in shape:
            _without_titles(one)


def _not_null(shape: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out; there is no way to write null in an address."""
    if "anyOf" in shape:
        kinds = [one for one in shape["anyOf"] if one.get("type") != "null"]
        if len(kinds) == 1:
            rest = {name: value for name, value in shape.items() if name not in {"anyOf", "default"}}
            return kinds[0] | rest
    return shape


def _only_used(document: dict[str, Any]) -> dict[str, Any]:
    """Without the shapes of parameters, which stand with their operations."""
    schemas = document["components"]["schemas"]
    wanted, waiting = set(), [document["paths"]]
    while waiting:
        text = json.dumps(waiting.pop())
        for name in schemas:
            if name not in wanted and f'"#/components/schemas/{name}"' in text:
                wanted.add(name)
                waiting.append(schemas[name])
    document["components"]["schemas"] = {name: shape for name, shape in schemas.items() if name in wanted}
    return document
