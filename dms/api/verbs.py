"""Acts on one row: ``POST …/{id}/<name>/``.

A verb by hand is handed the row and the facts of its body, and says what is done:

    @verb(CancelSerializer)
    def cancel(self, order: Order, **facts: Fact) -> Order:
        \"\"\"End it, with the reason.\"\"\"
        return orders.cancel_order(order, **facts)

``facts`` are the validated body and ``by=``. The answer is the row after the act, or, with ``answers``, what was returned.

The acts that a document declares need no line each:

    @verbs_of(ORDER)
    class OrderViewSet(ReadViewSet):
        rights = {"*": "sales.view", **ORDER.rights()}
"""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response

from dms.api import edits as edit_bodies
from dms.api.access import person
from dms.api.form_bodies import body_of
from dms.api.untyped import AnySerializer
from dms.api.views import BaseViewSet
from dms.core.acts import Act, Acts
from dms.core.untyped import Fact, Facts, Row
from dms.records.edits import alone

Body = type[AnySerializer]
Verb = Callable[[Any, Request, str], Response]
V = TypeVar("V", bound=BaseViewSet)


def facts_of(view: BaseViewSet, body: Body, *, partial: bool = False, data: Any = None) -> Facts:
    """The body of the request (or ``data``, what is left of it), as the serializer understands it."""
    sent = body(
        data=view.request.data if data is None else data, context=view.get_serializer_context(), partial=partial
    )
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


def verb(
    body: Body | None = None,
    *,
    answers: Body | None = None,
    status: int = 200,
    partial: bool = False,
    edits: bool = False,
) -> Callable[[Callable[..., object]], Verb]:
    """The decorator of a verb.

    :param body: the serializer of what is sent; without one the verb has no body.
    :param answers: the serializer of what the verb returns, when that is not the row itself.
    :param partial: what is not sent is not changed, whatever the serializer requires.
    :param edits: it changes what was read: ``opened`` may say so (``dms/api/edits.py``).
    """

    def do(view: BaseViewSet, row: Row, method: Callable[..., object]) -> object:
        data = edit_bodies.sent(view, row) if edits else None
        facts = facts_of(view, body, partial=partial, data=data) if body else {}
        return method(view, row, by=person(view.request), **facts)

    def wrap(method: Callable[..., object]) -> Verb:
        def act(view: BaseViewSet, request: Request, pk: str) -> Response:
            row = view.get_object()
            result = alone(row, lambda: do(view, row, method)) if edits else do(view, row, method)
            if answers is None:
                return view.answer(row, status=status)
            return Response(answers(result, context=view.get_serializer_context()).data, status=status)

        act.__name__, act.__doc__ = method.__name__, method.__doc__
        documented = extend_schema(
            request=body, responses={status: answers} if answers else empty
        )  # None is no body at all
        routed: Verb = documented(action(detail=True, methods=["post"])(act))
        return routed

    return wrap


def act_verb(
    act: Act[Any, Any],
    name: str,
    body: Body | None = None,
    *,
    answers: Body | None = None,
    status: int = 200,
    partial: bool = False,
) -> Verb:
    """The verb of a declared act. Its body is ``body``, or follows from the form."""

    def method(_view: BaseViewSet, row: Row, **facts: Fact) -> object:
        return act.do(row, **facts)

    method.__name__ = name
    method.__doc__ = (act.do.__doc__ or "").partition("\n\n")[0]
    body = body or (body_of(act.form) if act.form else None)
    return verb(body, answers=answers, status=status, partial=partial, edits=act.edits)(method)


def verbs_of(acts: Acts[Any]) -> Callable[[type[V]], type[V]]:
    """Gives a viewset a verb for every act of its document that it does not write itself."""

    def add(viewset: type[V]) -> type[V]:
        for name, act in acts.items():
            if act.by_api and name not in vars(viewset):
                setattr(viewset, name, act_verb(act, name))
        return viewset

    return add
