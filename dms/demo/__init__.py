"""The demo group: three invented stores of three invented makes, for trying out. Never outside a development machine.

Other apps add what they have: ``demo.step`` in a module ``demo.py`` (or a package) of the app, in the order of the apps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from dms.roles import ROLES

if TYPE_CHECKING:
    from dms.demo.stage import Stage

Step = Callable[["Stage"], None]
steps: list[tuple[str, Step]] = []


@dataclass(frozen=True)
class Login:
    """One sign-in of the demo, named after its role."""

    username: str
    label: str


def step(name: str) -> Callable[[Step], Step]:
    """Register a part of the demo: it writes rows, or tells the stage its stories. Each does nothing when its rows are there."""

    def register(function: Step) -> Step:
        steps.append((name, function))
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
