"""Demo mode: asked for, on a development machine only; one sign-in for each role, all with one password."""

from dataclasses import dataclass

from django.conf import settings

from dms.core.roles import ROLES


@dataclass(frozen=True)
class Login:
    """One sign-in of the demo, named after its role."""

    username: str
    label: str


def is_on() -> bool:
    """Demo mode: asked for, and on a development machine."""
    return bool(settings.DEBUG and settings.DEMO)


def logins() -> list[Login]:
    """The sign-ins of the demo, one for each role; none outside demo mode."""
    return [Login(code, str(role.label)) for code, role in ROLES.items()] if is_on() else []


def password() -> str:
    """The one password of all demo sign-ins."""
    return str(settings.DEMO_PASSWORD)
