"""The demo group: three invented stores of three invented makes, for trying out. Never outside a development machine.

Other apps add what they have: ``demo.step`` in a module ``demo.py`` (or a package) of the app, in the order of the apps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dms.demo.stage import Stage

Step = Callable[["Stage"], None]


@dataclass(frozen=True)
class Part:
    """A part of the demo: of the whole group (stores, people, catalogues), or of the business of stores."""

    name: str
    run: Step
    of_group: bool


parts: list[Part] = []


def step(name: str, *, of_group: bool = False) -> Callable[[Step], Step]:
    """Register a part of the demo. A part of the group adds what is missing; a part of the business tells the stage its stories."""

    def register(function: Step) -> Step:
        parts.append(Part(name, function, of_group))
        return function

    return register
