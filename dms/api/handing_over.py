"""Work changes hands over the API: rows of a list, and what somebody leaves behind."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from dms.actions import handing_over
from dms.api.access import person
from dms.api.fields import PersonField
from dms.api.verbs import Verb, facts_of
from dms.api.views import BaseViewSet
from dms.core.untyped import Facts
from dms.records.open_work import KINDS, SHARED, OpenWork


class RowsSerializer(serializers.Serializer[object]):
    """Which rows, to whom, and why."""

    ids = serializers.ListField(child=serializers.IntegerField(min_value=1), allow_empty=False, max_length=500)
    to = PersonField()
    reason = serializers.CharField(max_length=200)


class HandedSerializer(serializers.Serializer[object]):
    """How many rows changed hands."""

    count = serializers.IntegerField()


def hand_over_rows(kind: OpenWork) -> Verb:
    """The verb of a list whose rows can be handed over: all of them, or none. Its right is ``kind.hands``."""

    def hand_over(view: BaseViewSet, request: Request) -> Response:
        """Give several rows to somebody else, with the reason."""
        facts = facts_of(view, RowsSerializer)
        count = handing_over.hand_over(
            kind, keys=facts["ids"], to=facts["to"], reason=facts["reason"], by=person(request)
        )
        return Response(HandedSerializer({"count": count}).data)

    documented = extend_schema(request=RowsSerializer, responses=HandedSerializer)
    routed: Any = documented(action(detail=False, methods=["post"], url_path="hand-over")(hand_over))
    verb: Verb = routed
    return verb


class ShareSerializer(serializers.Serializer[object]):
    """A kind of work, and who takes it: of several each gets as much."""

    kind = serializers.ChoiceField(choices=())
    to = PersonField(many=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, serializers.ChoiceField)
        kind.choices = {key: key for key in KINDS}


def shares_of(facts: Iterable[Facts]) -> Facts:
    """The list of kinds as the action takes it."""
    return {share["kind"]: share["to"] for share in facts}


class WorkSerializer(serializers.Serializer[object]):
    """What goes to whom, and why."""

    work = ShareSerializer(many=True, required=False)
    reason = serializers.CharField(max_length=200)

    def validate(self, attrs: Facts) -> Facts:
        return {"shares": shares_of(attrs.pop("work", [])), **attrs}


class OpenWorkSerializer(serializers.Serializer[object]):
    """How much of a kind is open of a person; ``shared``: others of the same right have it already."""

    kind = serializers.CharField(source="kind.key")
    count = serializers.IntegerField()
    shared = serializers.SerializerMethodField()

    def get_shared(self, left: Any) -> bool:
        return left.kind.key in SHARED
