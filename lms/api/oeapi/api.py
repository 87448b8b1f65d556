"""OEAPI 6.0, put together."""

from django.utils.translation import gettext_noop as _

from lms.api.framework import MachineAPI
from lms.api.oeapi import endpoints

api = MachineAPI(
    namespace="oeapi",
    prefix=endpoints.PREFIX,
    title=_("Open Education API"),
    version="6.0",
    description=_("The catalogue in the words of the Open Education API 6.0, to read only. There are no persons here."),
    openapi_extra={
        "tags": [
            {"name": "service", "description": _("What there is")},
            {"name": "organisations", "description": _("Who teaches")},
            {"name": "programmes", "description": _("Programmes and their editions")},
            {"name": "courses", "description": _("Courses and their editions")},
            {"name": "components", "description": _("The meetings that programmes and courses consist of")},
            {"name": "outcomes", "description": _("What one learns")},
            {"name": "places", "description": _("Where one learns")},
        ]
    },
)
api.add_router("", endpoints.router)
