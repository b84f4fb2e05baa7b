"""The log of what happened."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from dms.background import jobs
from dms.core.scope import scoped_rows
from dms.models import Event, User
from dms.navigation import event_details, registry
from dms.views.lists import BaseListView
from dms.web.filters import EventFilter


class Events(BaseListView):
    """Who did what to which row, newest first."""

    model = Event
    right = "dms.events"
    filterset_class = EventFilter
    template_name = "dms/events.html"
    row_template = "dms/_event.html"
    export_key = "events"
    related: ClassVar[tuple[str, ...]] = ("by", "store", "subject_type")
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "search_hint": gettext_lazy("Subject, person"),
        "empty_title": gettext_lazy("Nothing has happened yet"),
        "empty_text": gettext_lazy("Every act leaves a line here: who did what, to which row, when."),
    }

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        events = list(context["page_obj"])
        links, known = subject_links(events, self.request.user), event_details.reasons()
        for event in events:
            event.url = links.get((event.subject_type_id, event.subject_id), "")
            event.facts = event_details.one_line(event, known)
            event.subject_words = subject_words(event)
        context["page_obj"].object_list = events
        return context


def subject_links(events: Sequence[Event], user: User) -> dict[tuple[int | None, int | None], str]:
    """Where the subjects' pages are: only of rows that still exist and that the person may open."""
    subjects: dict[int, set[int]] = defaultdict(set)
    for event in events:
        if event.subject_type_id and event.subject_id:
            subjects[event.subject_type_id].add(event.subject_id)
    links: dict[tuple[int | None, int | None], str] = {}
    for type_pk, pks in subjects.items():
        model = ContentType.objects.get_for_id(type_pk).model_class()
        url_name, right = registry.subject_pages.get(model, ("", "")) if model else ("", "")
        if not (model and url_name and user.has_perm(right)):
            continue
        for pk in scoped_rows(model).visible_to(user).filter(pk__in=pks).values_list("pk", flat=True):
            links[type_pk, pk] = reverse(url_name, args=[pk])
    return links


def subject_words(event: Event) -> str:
    """What the row is called; a long job by its kind in the language of the screen."""
    if event.kind.startswith("job.") and event.data.get("kind"):
        return f"{jobs.label_of(event.data['kind'])} {event.subject_id}"
    return event.subject_label
