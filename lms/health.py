"""Is it alive, is it ready, how is it doing: what a load balancer and a monitor ask."""

import dataclasses
import hmac

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django_prometheus.exports import ExportToDjangoView
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView


@dataclasses.dataclass
class Broker(HealthCheck):
    """The queue of background work answers."""

    def run(self) -> None:
        try:
            with current_app.connection_for_read(connect_timeout=2) as queue:
                queue.ensure_connection(max_retries=0, timeout=2)
        except Exception as error:
            raise ServiceUnavailable("The broker does not answer.") from error


@dataclasses.dataclass
class Migrations(HealthCheck):
    """The database has the shape this code expects."""

    def run(self) -> None:
        executor = MigrationExecutor(connection)
        try:
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                raise ServiceUnavailable("Migrations are waiting: run manage.py migrate.")
        finally:
            connection.close()


@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of database or broker: restarting us would not mend those."""
    return HttpResponse("ok\n", content_type="text/plain")


class Ready(HealthCheckView):
    """Everything a request needs is there. 200 or 500, one line per check."""

    checks = ("health_check.checks.Database", Broker, Migrations)

    def render_to_response(self, context: dict, **response: int) -> HttpResponse:
        return self.render_to_response_text(response["status"])


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' page. 404 without the token, so that nothing tells it is there."""
    if token := settings.LMS_METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return HttpResponse(status=404)
    return ExportToDjangoView(request)
