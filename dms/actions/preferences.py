"""The switches of the page frame, kept with the person. They leave no event: nothing in the business follows from them."""

from django.conf import settings

from dms.models import Store, User


def choose_store(user: User, store: Store | None) -> None:
    """The store somebody works in from now on; None: all of theirs."""
    user.store_chosen = store
    user.save(update_fields=["store_chosen"])


def choose_language(user: User, language: str) -> None:
    """Chinese or English, also at the next sign-in."""
    if language in dict(settings.LANGUAGES):
        user.language = language
        user.save(update_fields=["language"])


def choose_theme(user: User, theme: str) -> None:
    """Light, dark, or (whatever else is asked for) as the system."""
    user.theme = theme if theme in User.Theme.values else User.Theme.AUTO
    user.save(update_fields=["theme"])
