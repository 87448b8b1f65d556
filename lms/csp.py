"""Which content security policy a response gets: by its address, in one place."""

from csp.constants import SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere, except where the address says otherwise."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if parts.config is None and not report_only:
            if getattr(request, "is_dummy", False):
                # A page as the editor previews it: as strict as on the site, but in a frame of the back office.
                parts.config = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"frame-ancestors": [SELF]}
            elif request.path_info.startswith("/beheer/"):
                parts.config = settings.LMS_BACK_OFFICE_POLICY
            elif request.path_info.startswith("/accounts/"):
                parts.config = settings.LMS_SIGN_IN_POLICY
        return parts
