"""The clock of the demo: what happened three months ago is done three months ago, so that every row says so.

The actions ask Django for the time and have no idea of a demo; while it is loaded, the process's clock stands where it is put.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.core.exceptions import ImproperlyConfigured

try:
    import time_machine
except ModuleNotFoundError:  # production installs neither the demo's packages nor the demo
    time_machine = None  # type: ignore[assignment] # the module, or nothing

Turn = Callable[[datetime], None]


@contextmanager
def turned(to: datetime) -> Iterator[Turn]:
    """The clock stands at the moment, and wherever it is turned to; afterwards it is right again.

    :raises ImproperlyConfigured: where only the packages of production are installed.
    """
    if time_machine is None:
        raise ImproperlyConfigured(
            "The demo needs the packages of requirements/local.txt; production does not load it."
        )
    with time_machine.travel(to.astimezone(UTC), tick=False) as traveller:
        yield lambda moment: traveller.move_to(moment.astimezone(UTC), tick=False)
