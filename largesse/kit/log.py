"""Structured logs, one JSON line each, and the id of the request that they belong to."""

import logging
import sys
from typing import Any

import structlog


def configure(*, level: str = "info", stream: Any = sys.stderr) -> None:
    """Write one JSON line for each record of a level or above."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )


log = structlog.get_logger()
