"""Colleagues and their absences."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from dms.actions import people
from dms.acts import USER
from dms.api.access import person
from dms.api.fields import PersonField, StoreField
from dms.api.handing_over import OpenWorkSerializer, ShareSerializer, WorkSerializer, shares_of
from dms.api.verbs import act_verb, verb, verbs_of
from dms.api.views import CreateMixin, ReadViewSet, Serializer, UpdateMixin, caller
from dms.formats import display
from dms.models import Absence, User
from dms.records.open_work import left_by, shared_by
from dms.web import filters


def phone_for(viewer: User | None, owner: User) -> str:
    """Masked for everybody but oneself and those who configure."""
    if not owner.phone:
        return ""
    open_to = viewer is not None and (viewer.pk == owner.pk or viewer.has_perm("dms.configure"))
    return owner.phone if open_to else display.masked_phone(owner.phone)


class UserSerializer(serializers.ModelSerializer[User]):
    name = serializers.CharField(source="display_name")
    phone = serializers.SerializerMethodField(help_text="Masked unless it is your own.")
    stores = StoreField(many=True, read_only=True)
    roles = serializers.ListField(child=serializers.CharField(), source="role_codes", read_only=True)
    active = serializers.BooleanField(source="is_active")

    class Meta:
        model = User
        fields = (
            "id",
            "username",
            "name",
            "phone",
            "stores",
            "roles",
            "skills",
            "deputy",
            "active",
            "last_login",
            "updated_at",
        )
        read_only_fields = fields

    def get_phone(self, owner: User) -> str:
        return phone_for(caller(self), owner)


class WholePhoneSerializer(serializers.Serializer[object]):
    """A number that somebody asked to see, which is in the log."""

    shown_once = True
    """No copy is kept for who sends the request again (dms/api/sent_once.py)."""
    number = serializers.CharField()


@verbs_of(USER)
class UserViewSet(ReadViewSet):
    """Colleagues of one's stores, and those of the group's roles."""

    model = User
    serializer_class = UserSerializer
    filterset_class = filters.UserFilter
    prefetched = ("stores", "groups")
    rights = {"*": "dms.people", "open_work": "dms.absences", **USER.rights()}

    hand_over = act_verb(USER["hand_over"], "hand_over", WorkSerializer)
    switch_off = act_verb(USER["switch_off"], "switch_off", WorkSerializer)

    @extend_schema(responses=OpenWorkSerializer(many=True))
    @action(detail=True, url_path="open-work", url_name="open-work", pagination_class=None)
    def open_work(self, request: Request, pk: str) -> Response:
        """What is open of a colleague, and what others of the same right have already."""
        user = self.get_object()
        rows = [*left_by(user), *shared_by(user)]
        return Response(OpenWorkSerializer(rows, many=True).data)

    @verb(answers=WholePhoneSerializer)
    def reveal_phone(self, user: User, *, by: User) -> dict[str, str]:
        """The whole number of a colleague; that it was asked for is logged."""
        return {"number": people.reveal_phone(user, by=by)}


class AbsenceSerializer(serializers.ModelSerializer[Absence]):
    user = PersonField()
    user_name = serializers.CharField(source="user.display_name", read_only=True)
    deputy = PersonField(required=False, allow_null=True)
    first_day = serializers.DateField(validators=filters.SENSIBLE_DAYS)
    last_day = serializers.DateField(validators=filters.SENSIBLE_DAYS)
    work = ShareSerializer(
        many=True, required=False, write_only=True, help_text="Who takes what falls into these days, for good."
    )

    class Meta:
        model = Absence
        fields = ("id", "user", "user_name", "kind", "first_day", "last_day", "deputy", "note", "work", "updated_at")


REASON = OpenApiParameter("reason", str, required=True, description="Why the absence is removed.")


class AbsenceViewSet(CreateMixin, UpdateMixin, mixins.DestroyModelMixin, ReadViewSet):
    """Who is away, when, and who stands in."""

    model = Absence
    serializer_class = AbsenceSerializer
    filterset_class = filters.AbsenceFilter
    related = ("user", "deputy")
    rights = {"*": "dms.absences", "list": "dms.people", "retrieve": "dms.people"}

    def perform_create(self, serializer: Serializer) -> Absence:
        facts = {"kind": Absence.Kind.LEAVE, **serializer.validated_data}
        shares = shares_of(facts.pop("work", []))
        return people.plan_absence(facts.pop("user"), **facts, shares=shares, by=person(self.request))

    def perform_update(self, serializer: Serializer) -> Absence:
        absence = serializer.instance
        assert isinstance(absence, Absence)
        facts = {name: value for name, value in serializer.validated_data.items() if name != "work"}
        return people.change_absence(absence, **facts, by=person(self.request))

    @extend_schema(parameters=[REASON])
    def destroy(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Remove an absence; say why in ``?reason=``."""
        reason = request.query_params.get("reason", "")[:200]
        people.remove_absence(self.get_object(), reason=reason, by=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
