"""Structured logs: every line, ours and a library's, is a JSON object that carries the id of its request or task."""

import re

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

CONTEXT: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso"),
]
"""What a line says besides its event: request or task, person, logger, level, time."""


ROWS = re.compile(r"(DETAIL|QUERY):  .*?(?=\n[A-Z]+:  |\n\n|\Z)", re.DOTALL)
"""What Postgres says of the row that it refused: names and numbers of people, in the message and in its traceback."""


def without_rows(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """A line of the log says which rule was broken, never by whose data."""
    return {
        name: ROWS.sub(r"\1:  (not logged)", value) if isinstance(value, str) and ":  " in value else value
        for name, value in line.items()
    }


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """The formatter of the console, for lines of the standard library as for structlog's."""

    def __init__(self) -> None:
        super().__init__(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_rows,
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
