"""Keys: get one for a name and password, list one's own, revoke."""

from typing import ClassVar

from django.contrib.auth import authenticate
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from dms.actions import people
from dms.api.access import person
from dms.api.auth import REALM, TokenAuthentication
from dms.models import ApiToken, User
from dms.web import second_factor
from dms.web.backends import note_attempt
from dms.web.rights import PUBLIC, SIGNED_IN
from dms.web.sign_in_form import SET_UP_FIRST, WRONG_CODE
from dms.web.sign_in_throttle import TooManySignIns


class SignInSerializer(serializers.Serializer[object]):
    username = serializers.CharField(max_length=150, help_text="User name or phone.")
    password = serializers.CharField(max_length=128, trim_whitespace=False, style={"input_type": "password"})
    code = serializers.CharField(
        max_length=24,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of the phone, or a recovery code: where the person has a second factor.",
    )
    name = serializers.CharField(
        max_length=60, required=False, allow_blank=True, default="", help_text="What it is for."
    )
    days = serializers.IntegerField(min_value=1, max_value=365, required=False, default=people.TOKEN_DAYS)


class KeySerializer(serializers.Serializer[object]):
    token = serializers.CharField(help_text="The key: shown this once.")
    expires_at = serializers.DateTimeField()


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    class Meta:
        model = ApiToken
        fields = ("id", "name", "created_at", "expires_at", "last_used_at", "revoked_at")
        read_only_fields = fields


class Token(APIView):
    """A key to the API, with the rights of its owner."""

    rights: ClassVar[dict[str, str]] = {"POST": PUBLIC, "*": SIGNED_IN}

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Who asks for a key has none; an old one in the header does no harm."""
        return [] if self.request is not None and self.request.method == "POST" else [TokenAuthentication()]

    def get_authenticate_header(self, request: Request) -> str:
        return REALM

    @extend_schema(request=SignInSerializer, responses={201: KeySerializer})
    def post(self, request: Request) -> Response:
        """Name and password for a key. After five wrong passwords the name is locked for 15 minutes (429)."""
        asked = SignInSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = asked.validated_data
        try:
            user = authenticate(request._request, username=facts["username"], password=facts["password"])  # noqa: SLF001
        except TooManySignIns as refusal:
            raise Throttled(detail=str(refusal.sentence)) from refusal
        if not isinstance(user, User):
            raise AuthenticationFailed(_("Name or password is wrong."), code="wrong_credentials")
        self.check_second_factor(request, user, facts["code"])
        token, key = people.create_token(user, by=user, name=facts["name"], days=facts["days"])
        return Response({"token": key, "expires_at": token.expires_at}, status=status.HTTP_201_CREATED)

    @staticmethod
    def check_second_factor(request: Request, user: User, code: str) -> None:
        """:raises AuthenticationFailed: when a code is needed and missing or wrong, or the person has to set one up."""
        if user.owes_second_factor:
            raise PermissionDenied(SET_UP_FIRST, code="second_factor_setup_required")
        if not user.has_second_factor:
            return
        if not code:
            raise AuthenticationFailed(_("Send the code of your phone, too."), code="second_factor_required")
        try:
            is_right = second_factor.check_code(request._request, user, code)  # noqa: SLF001
        except TooManySignIns as refusal:
            raise Throttled(detail=str(refusal.sentence)) from refusal
        if not is_right:
            raise AuthenticationFailed(WRONG_CODE, code="wrong_code")
        note_attempt(request._request, user, is_right=True)  # noqa: SLF001

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Revoke the key this call was made with."""
        if not isinstance(request.auth, ApiToken):
            raise ValidationError({"detail": [_("Call this with the key to revoke.")]})
        people.revoke_token(request.auth, by=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class TokenViewSet(mixins.ListModelMixin, mixins.DestroyModelMixin, GenericViewSet[ApiToken]):
    """One's own keys. Deleting one revokes it; it stays in the list with its time of revocation."""

    serializer_class = TokenSerializer
    lookup_value_regex = "[0-9]{1,18}"
    queryset = ApiToken.objects.none()
    rights: ClassVar[dict[str, str]] = {"*": SIGNED_IN}

    def get_queryset(self) -> QuerySet[ApiToken]:
        return ApiToken.objects.filter(user=person(self.request))

    def perform_destroy(self, instance: ApiToken) -> None:
        people.revoke_token(instance, by=person(self.request))
