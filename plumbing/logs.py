"""JSON logs on standard error, one object a line, with the event id through the whole path."""

import logging
import sys

import structlog
from structlog.typing import FilteringBoundLogger

_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


def configure(service: str, level: str = "info") -> None:
    """Write every log line of this process, libraries included, as JSON with its service.

    Bind an event for all lines of a task with `structlog.contextvars.bound_contextvars(event=id)`.
    """
    assert level in _LEVELS, f"log level {level} is not one of {', '.join(_LEVELS)}"
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.EventRenamer("message"),
    ]

    def named(
        _logger: object, _name: str, entry: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        entry.setdefault("service", service)
        return entry

    shared.append(named)
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _adopt_libraries(shared, _LEVELS[level])


def get(**bound: object) -> FilteringBoundLogger:
    """Return a logger; `bound` goes on each of its lines."""
    logger: FilteringBoundLogger = structlog.get_logger(**bound)
    return logger


def _adopt_libraries(shared: list[structlog.typing.Processor], threshold: int) -> None:
    # uvicorn, Faust and aiokafka use the standard library's logging.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(threshold, logging.INFO))
    # One line a request is the access log of a proxy, not of a service with metrics.
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
