"""One shape for every log line, ours and the libraries': an event with fields, as JSON or for reading."""

import structlog
from structlog.typing import Processor

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]

structlog.configure(
    processors=[
        *_SHARED,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)


def lines(*, level: str, as_json: bool) -> dict[str, object]:
    """The LOGGING setting: everything to standard error, one line per event."""
    ending: list[object] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        ending += [
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ]
    else:
        ending += [structlog.dev.ConsoleRenderer(colors=False)]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "processors": ending,
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own defaults would print each of these a second time.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # django_structlog writes one line per request; these would repeat it.
            "django.request": {"level": "ERROR"},
            # Who edited which page is kept in the back office's own history.
            "wagtail": {"level": "WARNING"},
            "pikepdf": {"level": "WARNING"},
            # Celery says "received" and "succeeded" for every task; django_structlog says it with fields.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            # Wagtail says twice for every saved row that it looked for references.
            "django_tasks": {"level": "WARNING"},
        },
    }
