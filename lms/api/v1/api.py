"""Version 1, put together."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Router

from lms.api.catalogue import absolute
from lms.api.framework import MachineAPI
from lms.api.v1 import certificates, courses, editions, employer, groups, shapes, webhooks

PREFIX = "/api/v1/"

index = Router(tags=["start"])


@index.get(
    "/",
    response=shapes.Index,
    operation_id="getIndex",
    summary=_("Start here"),
    description=_("What this API is and where its parts are."),
)
def get_index(request: HttpRequest) -> shapes.Index:
    return shapes.Index(
        name=api.title,
        version=api.version,
        documentation=absolute(f"{PREFIX}docs"),
        openapi=absolute(f"{PREFIX}openapi.json"),
        addresses=[absolute(one) for one in api.document()["paths"]],
    )


api = MachineAPI(
    namespace="api",
    prefix=PREFIX,
    title=_("Catalogue API"),
    version="1.0.0",
    description=_(
        "The catalogue as our pages show it: courses, editions and free seats; and whether a certificate holds, for "
        "who has its number. Open to everyone, to read only. Below /employer, with a key, an employer's own system "
        "reads what its HR sees, enrols groups and keeps its webhooks. Fields may be added within a version; none is "
        "renamed or taken away."
    ),
    openapi_extra={
        "tags": [
            {"name": "start", "description": _("What there is")},
            {"name": "courses", "description": _("Programmes and courses")},
            {"name": "editions", "description": _("When and where a course is given")},
            {"name": "seats", "description": _("Free seats, counted anew for every answer")},
            {"name": "labs", "description": _("Where people learn")},
            {"name": "themes", "description": _("Subjects under which courses are found")},
            {"name": "certificates", "description": _("Whether a certificate holds")},
            {"name": "employer", "description": _("For employers, with a key")},
            {"name": "groups", "description": _("For employers: enrol a group")},
            {"name": "webhooks", "description": _("For employers: be told")},
        ]
    },
)
# One router per subject. What is not for everyone comes with its own key: add_router(…, auth=…).
api.add_router("", index)
api.add_router("", courses.router)
api.add_router("", editions.router)
api.add_router("", certificates.router)
api.add_router("/employer", employer.router)
api.add_router("/employer", groups.router)
api.add_router("/employer", webhooks.router)
