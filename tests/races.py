"""Several real connections that begin together."""

import threading
from collections.abc import Callable

from django.db import connection

from dms.core.refusals import Refusal

DONE = "done"


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What became of each act, in no order: ``DONE`` or the code of its refusal. Anything else that is raised fails the test."""
    together, ends, broken = threading.Barrier(len(acts)), [], []

    def one(act: Callable[[], object]) -> None:
        try:
            together.wait(30)
            act()
            ends.append(DONE)
        except Refusal as refusal:
            ends.append(refusal.code)
        except Exception as problem:  # noqa: BLE001 - shown below
            broken.append(repr(problem))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert broken == []
    return sorted(ends)
