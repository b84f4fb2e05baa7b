"""Oneself, one's work today, and the one search box."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from dms.actions import people
from dms.api import edits
from dms.api.access import person
from dms.api.fields import BaseSerializer, PersonField, StoreField, shadowing
from dms.api.filters import refuse_unknown_parameters
from dms.core import status_colours
from dms.core.untyped import Facts
from dms.models import User
from dms.navigation import due_work, process_map, search
from dms.navigation.process_map import DrawnLane
from dms.navigation.registry import DueItem, Hit
from dms.records.edits import alone
from dms.web.rights import SIGNED_IN


class MeSerializer(serializers.ModelSerializer[User]):
    name = serializers.CharField(source="display_name")
    stores = serializers.SerializerMethodField()
    working_store = StoreField(source="store_chosen", read_only=True, allow_null=True)
    roles = serializers.ListField(child=serializers.CharField(), source="role_codes", read_only=True)
    rights = serializers.SerializerMethodField()
    sees_all_stores = serializers.BooleanField(read_only=True)

    class Meta:
        model = User
        fields = (
            "id",
            "username",
            "name",
            "phone",
            "language",
            "theme",
            "stores",
            "working_store",
            "sees_all_stores",
            "roles",
            "rights",
            "skills",
            "deputy",
        )
        read_only_fields = fields

    def get_stores(self, user: User) -> list[str]:
        return [store.code for store in user.own_stores]

    def get_rights(self, user: User) -> list[str]:
        return sorted(user.rights)


class ProfileSerializer(BaseSerializer):
    """What people may say of themselves."""

    deputy = PersonField(required=False, allow_null=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)

    class Meta:
        model = User
        fields = ("phone", "deputy", "language", "theme")


class Me(APIView):
    """Who the key belongs to, and what it may do."""

    rights: ClassVar[dict[str, str]] = {"*": SIGNED_IN}

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Who the key belongs to, and what it may do."""
        return Response(MeSerializer(person(request), context={"request": request}).data)

    @extend_schema(request=ProfileSerializer, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        """Change one's phone, usual deputy, language, appearance."""
        me = person(request)
        changed = alone(me, lambda: self.change(me))
        return Response(MeSerializer(changed, context={"request": request}).data)

    def change(self, me: User) -> User:
        now = ProfileSerializer(User.objects.get(pk=me.pk)).data
        data = edits.without_unchanged(self.request.data, lambda: now)
        body = ProfileSerializer(me, data=data, partial=True, context={"request": self.request})
        body.is_valid(raise_exception=True)
        return people.change_profile(me, by=me, **body.validated_data)


Rows = Sequence[Hit | DueItem | DrawnLane]


class Question(serializers.Serializer[object]):
    """What the search box takes."""

    q = serializers.CharField(max_length=search.LONGEST, allow_blank=True, default="")


class WorkOf(serializers.Serializer[object]):
    """Whose work: of one store, or of all one's own."""

    store = StoreField(required=False)


class HitSerializer(serializers.Serializer[object]):
    label = shadowing(serializers.CharField())
    detail = serializers.CharField()
    kind = serializers.CharField()
    url = serializers.CharField(help_text="The page of the row.")
    plate = serializers.CharField()
    rank = serializers.IntegerField(help_text="0 is an exact match.")


class DueItemSerializer(serializers.Serializer[object]):
    title = serializers.CharField()
    detail = serializers.CharField()
    kind = serializers.CharField()
    due_at = serializers.DateTimeField()
    family = serializers.ChoiceField(choices=[*status_colours.FAMILIES], help_text="The colour family of its state.")
    url = serializers.CharField(help_text="The page of the row.")
    act_url = serializers.CharField(help_text="A POST that does the next act; empty when there is none.")
    act_label = serializers.CharField()


class NodeSerializer(serializers.Serializer[object]):
    status = serializers.CharField()
    label = shadowing(serializers.CharField())
    count = serializers.IntegerField(help_text="Of what has come to its end, today's.")
    oldest = serializers.DateTimeField(allow_null=True, help_text="Since when the oldest is in this status.")
    near = serializers.IntegerField(help_text="Near their limit.")
    overdue = serializers.IntegerField(help_text="Past their limit.")
    url = serializers.CharField(help_text="The page with these rows.")


class LaneSerializer(serializers.Serializer[object]):
    """One lifecycle with live counts."""

    label = shadowing(serializers.CharField())
    total = serializers.IntegerField(help_text="Without what has come to its end.")
    nodes = NodeSerializer(many=True)


class Found(GenericViewSet[Any]):
    """Rows that are put together and not stored, in pages like all others."""

    filter_backends = ()
    takes: ClassVar[type[serializers.Serializer[object]]]
    rights: ClassVar[dict[str, str]] = {"*": "dms.home"}

    def rows(self, asked: Facts) -> Rows:
        raise NotImplementedError

    def page(self, request: Request) -> Response:
        asked = self.takes(data=request.query_params, context={"request": request})
        refuse_unknown_parameters(request, asked.fields)
        asked.is_valid(raise_exception=True)
        page = self.paginate_queryset([asdict(row) for row in self.rows(asked.validated_data)])
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class Search(Found):
    """The one search box: plate, VIN tail, phone tail, name, pinyin initials, document number."""

    serializer_class = HitSerializer
    takes = Question

    @extend_schema(parameters=[Question], summary="Find by plate, name, number")
    def list(self, request: Request) -> Response:
        return self.page(request)

    def rows(self, asked: Facts) -> Rows:
        return search.find(asked["q"], person(self.request))


class Work(Found):
    """What is due for oneself, the longest waiting first."""

    serializer_class = DueItemSerializer
    takes = WorkOf

    @extend_schema(parameters=[WorkOf], summary="List what is due")
    def list(self, request: Request) -> Response:
        return self.page(request)

    def rows(self, asked: Facts) -> Rows:
        return due_work.due(person(self.request), asked.get("store"), timezone.now())


class ProcessMap(Found):
    """The process map of the home page: how many documents stand where, and how long."""

    serializer_class = LaneSerializer
    takes = WorkOf

    @extend_schema(parameters=[WorkOf], summary="List the lifecycles with live counts")
    def list(self, request: Request) -> Response:
        return self.page(request)

    def rows(self, asked: Facts) -> Rows:
        return process_map.lanes_of(person(self.request), asked.get("store"), timezone.now())
