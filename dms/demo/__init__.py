"""The demo group: three invented stores of three invented makes, for trying out. Never outside a development machine.

Other apps add what they have: ``demo.step`` in a module ``demo.py`` (or a package) of the app, in the order of the apps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from dms.core.roles import ROLES

if TYPE_CHECKING:
    from dms.demo.stage import Stage

Step = Callable[["Stage"], None]


@dataclass(frozen=True)
class Login:
    """One sign-in of the demo, named after its role."""

    username: str
    label: str


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


def is_on() -> bool:
    """Demo mode: asked for, and on a development machine."""
    return bool(settings.DEBUG and settings.DEMO)


def logins() -> list[Login]:
    """The sign-ins of the demo, one for each role; none outside demo mode."""
    return [Login(code, str(role.label)) for code, role in ROLES.items()] if is_on() else []


def password() -> str:
    """The one password of all demo sign-ins."""
    return str(settings.DEMO_PASSWORD)
