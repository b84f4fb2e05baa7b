"""“My work” of declared acts: the documents that wait for somebody to do one of them."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dms.core.acts import Acts, Waiting
from dms.core.scope import scoped_rows
from dms.core.untyped import Row, Rows
from dms.models import User
from dms.navigation.asks import Ask
from dms.navigation.due_rows import due_rows
from dms.navigation.registry import DueItem


def register(acts: Acts[Any]) -> None:
    """Put every act that says who waits for it into “my work”; it needs the right of the act."""
    for name, act in acts.items():
        if act.waiting is not None:
            _register(acts, name, act.waiting)


def _register(acts: Acts[Any], name: str, waiting: Waiting[Any]) -> None:
    """The documents the act is open to that wait for this person, the longest waiting first."""
    act = acts[name]
    statuses = act.open_in(acts.model)
    label = waiting.label or (_("Look at it") if waiting.look else act.label)

    def waiting_rows(ask: Ask) -> Rows:
        rows = ask.of(scoped_rows(acts.model))
        return waiting.rows(rows if statuses is None else rows.filter(status__in=statuses), ask.viewer)

    @due_rows(act.right, waiting_rows, waiting.since)
    def waiting_document(document: Row, _user: User, _now: datetime) -> DueItem:
        form = act.asks and not waiting.look
        return DueItem(
            *waiting.line(document),
            url=reverse(acts.url_name(name), args=[document.pk]) if form else acts.page_of(document),
            due_at=getattr(document, waiting.since),
            kind=waiting.kind_of(document),
            act_label=label,
            family=waiting.family_of(document),
        )
