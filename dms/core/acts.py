"""What may be done to a document, each act declared once.

    ORDER = Acts(
        Order,
        page="sales:order",
        submit=Act(orders.submit_order, "sales.sell", _("Submit for approval"), to=Order.Status.PENDING_APPROVAL),
        …
    )

From the declaration come the button on the page, the view with its URL (``dms/web/act_views.py``), the API verb with its
body (``dms/api/verbs.py``) and the entry in “my work” (``dms/navigation/due_acts.py``).

It says what is *offered*. The action judges again after the lock, with the same guards: between the page and the press
somebody else may have been quicker.
"""

from collections.abc import Callable, Collection, ItemsView
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any, Concatenate, Generic, Literal, Protocol, TypeVar

from django.db.models import Model, QuerySet
from django.forms import Form, ModelForm
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from dms.core.lifecycle import Lifecycle
from dms.core.refusals import Refusal

D = TypeVar("D", bound=Model)
R = TypeVar("R")

AnyForm = Form | ModelForm[Any]
Emphasis = Literal["", "primary", "danger", "quiet"]


class Actor(Protocol):
    """Who looks, and would act."""

    def has_perm(self, right: str) -> bool: ...


@dataclass(frozen=True)
class Waiting(Generic[D]):
    """The entry of “my work”: of the documents an act is open to, those that wait for this person.

    ``rows(rows, user)`` narrows them and fetches what ``line(document)`` (title, detail) reads.

    :param since: the column (or annotation of ``rows``) that says since when, or until when, it waits.
    :param look: the document is looked at first: the entry leads to its page, not to the form of the act.
    """

    rows: Callable[[Any, Any], QuerySet[D]]
    line: Callable[[D], tuple[str, str]]
    kind: StrOrPromise | Callable[[D], StrOrPromise]
    label: StrOrPromise = ""
    family: str | Callable[[D], str] = "idle"
    since: str = "status_at"
    look: bool = False

    def kind_of(self, document: D) -> StrOrPromise:
        return self.kind(document) if callable(self.kind) else self.kind

    def family_of(self, document: D) -> str:
        return self.family(document) if callable(self.family) else self.family


@dataclass(frozen=True)
class Act(Generic[D, R]):
    """One act: ``do(document, *, by, **facts)``, who may, what its button says, and when it is offered.

    :param to: the status it leads to; it is open wherever ``NEXT`` has that step.
    :param statuses: where it is open, when that is less than ``NEXT`` says, or when no status changes.
    :param guards: the functions ``guard(document, *, by)`` by which the action itself refuses. When one of them does, its
        sentence stands in place of a working button.
    :param form: what is asked for. Its cleaned data are the keyword arguments of ``do``. When nothing in it is required,
        nobody is asked: the button acts at once, and the fields are for who has more to say.
    :param opens_form: said where that is not so: the form is worth opening though nothing in it must be filled in, or its
        page draws it whole, and there is nothing to open.
    :param edits: its form begins with what the document has: of two who change it at once both changes stay, and the same
        field is asked (``dms/web/edits.py``).
    :param note: what to know before it, above its fields; a form that knows more of its document says it as its ``note``.
    :param key: the letter that presses its button, outside fields.
    :param place: the part of the page where the button stands.
    :param done: the message after it: a sentence, or a function of what ``do`` returned.
    :param then: URL name of the page of what ``do`` returned; without one it ends at the page of the document.
    :param path: its word in the address, when that is not its name; ``url_name`` likewise.
    :param by_api: whether it is a verb of the document over the API; not when the API has a resource for what it makes.
    """

    do: Callable[Concatenate[D, ...], R]
    right: str
    label: StrOrPromise
    _: KW_ONLY
    to: str = ""
    statuses: Collection[str] | None = None
    guards: tuple[Callable[Concatenate[D, ...], object], ...] = ()
    form: type[AnyForm] | None = None
    opens_form: bool | None = None
    edits: bool = False
    note: StrOrPromise = ""
    icon: str = ""
    key: str = ""
    emphasis: Emphasis = ""
    place: str = "head"
    done: StrOrPromise | Callable[[R], StrOrPromise] = ""
    then: str = ""
    path: str = ""
    url_name: str = ""
    waiting: Waiting[D] | None = None
    by_api: bool = True

    def open_in(self, model: type[Model]) -> Collection[str] | None:
        """The statuses in which it is offered; None when the document's status says nothing about it."""
        if self.statuses is not None or not self.to:
            return self.statuses
        assert issubclass(model, Lifecycle)
        # Out of NEXT: no button offers a step that the trigger of the table refuses.
        return [status for status, following in model.NEXT.items() if self.to in following]

    def is_open_to(self, document: D) -> bool:
        statuses = self.open_in(type(document))
        return statuses is None or getattr(document, "status", "") in statuses

    def why_not(self, document: D, user: Actor) -> str:
        """The sentence with which the action would refuse this person now; empty when it would not."""
        try:
            # The guards of the action itself: a button and its press never give two reasons.
            for guard in self.guards:
                guard(document, by=user)
        except Refusal as refusal:
            return str(refusal.sentence)
        return ""

    @property
    def asks(self) -> bool:
        """Something has to be said for it: its button opens the form."""
        if self.opens_form is not None:
            return self.opens_form
        return self.form is not None and any(field.required for field in self.form.base_fields.values())

    @property
    def opens_over(self) -> bool:
        """Its form opens over the page where its button stands; a form with a page of its own does not."""
        return self.asks and not getattr(self.form, "page_template", "")

    def message(self, result: R) -> str:
        """What the person reads after it."""
        return str(self.done(result) if callable(self.done) else self.done)


@dataclass(frozen=True)
class Offer(Generic[D]):
    """An act as one person may do it to one document now, or why they may not."""

    act: Act[D, Any]
    document: D
    user: Actor
    url_name: str

    @cached_property
    def why_not(self) -> str:
        return self.act.why_not(self.document, self.user)

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=[self.document.pk])


class Acts(Generic[D]):
    """The acts of one kind of document, by name, in the order of their buttons.

    ``page`` is the URL name of its page. What has none and stands as a row on another page says where: ``shown_at(document)``
    is an address; the names of its acts begin with ``page`` all the same.
    """

    def __init__(
        self, model: type[D], *, page: str, shown_at: Callable[[D], str] | None = None, **acts: Act[D, Any]
    ) -> None:
        self.model = model
        self.page = page
        self._shown_at = shown_at
        self._acts = acts

    def page_of(self, document: D) -> str:
        """The address where the document is seen, and where its acts end."""
        return self._shown_at(document) if self._shown_at else reverse(self.page, args=[document.pk])

    def __getitem__(self, name: str) -> Act[D, Any]:
        return self._acts[name]

    def items(self) -> ItemsView[str, Act[D, Any]]:
        return self._acts.items()

    def rights(self) -> dict[str, str]:
        """Act → right, as a viewset declares them."""
        return {name: act.right for name, act in self.items()}

    def path(self, name: str) -> str:
        """The word of the act in an address: ``not-ready``."""
        return self[name].path or name.replace("_", "-")

    def url_name(self, name: str) -> str:
        """``sales:order_not_ready``."""
        return self[name].url_name or f"{self.page}_{self.path(name).replace('-', '_')}"

    def url_names(self) -> tuple[str, ...]:
        return tuple(self.url_name(name) for name in self._acts)

    def offered(self, document: D, user: Actor, *names: str) -> dict[str, Offer[D]]:
        """What this person may do to the document as it stands (of the acts named, or of all), by name."""
        return {
            name: Offer(act, document, user, self.url_name(name))
            for name, act in self.items()
            if name in (names or self._acts) and user.has_perm(act.right) and act.is_open_to(document)
        }
