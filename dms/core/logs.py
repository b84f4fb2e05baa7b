"""Structured logs: every line, ours and a library's, is a JSON object that carries the id of its request or task."""

import structlog
from structlog.types import Processor

CONTEXT: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso"),
]
"""What a line says besides its event: request or task, person, logger, level, time."""


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """The formatter of the console, for lines of the standard library as for structlog's."""

    def __init__(self) -> None:
        super().__init__(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=CONTEXT,
        )


def configure() -> None:
    """Send structlog's own lines through the standard library, where ``LOGGING`` decides about level and place."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *CONTEXT,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def request_id() -> str:
    """The id of the request in whose course we are, also in a task that it left behind; “-” when nobody asked."""
    return str(structlog.contextvars.get_contextvars().get("request_id", "-"))
