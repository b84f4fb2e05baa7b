"""“My work” of declared acts: the documents that wait for somebody to do one of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dms.core.acts import Acts, Waiting
from dms.core.scope import scoped_rows
from dms.models import Store, User
from dms.navigation import registry
from dms.navigation.registry import DueItem

DueWork = Callable[[User, Store | None, datetime], Sequence[DueItem]]
MOST = 50


def register(acts: Acts[Any]) -> None:
    """Put every act that says who waits for it into “my work”; it needs the right of the act."""
    for name, act in acts.items():
        if act.waiting is not None:
            registry.due_work(act.right)(_due_of(acts, name, act.waiting))


def _due_of(acts: Acts[Any], name: str, waiting: Waiting[Any]) -> DueWork:
    def waiting_documents(user: User, store: Store | None, now: datetime) -> Sequence[DueItem]:
        return due(acts, name, waiting, user, store)

    return waiting_documents


def due(acts: Acts[Any], name: str, waiting: Waiting[Any], user: User, store: Store | None) -> Sequence[DueItem]:
    """The documents one act is open to that wait for this person, the longest waiting first."""
    act = acts[name]
    rows = scoped_rows(acts.model).visible_to(user).of_store(store)
    statuses = act.open_in(acts.model)
    rows = rows if statuses is None else rows.filter(status__in=statuses)
    return [
        DueItem(
            *waiting.line(document),
            url=reverse(acts.url_name(name), args=[document.pk])
            if act.asks and not waiting.look
            else acts.page_of(document),
            due_at=getattr(document, waiting.since),
            kind=waiting.kind_of(document),
            act_label=waiting.label or (_("Look at it") if waiting.look else act.label),
            family=waiting.family_of(document),
        )
        for document in waiting.rows(rows, user).order_by(waiting.since, "pk")[:MOST]
    ]
