"""The OpenAPI document: every resource says its right, and every answer it may give."""

import inspect
import re
from typing import Any

from django.utils.functional import Promise
from drf_spectacular.contrib.django_filters import DjangoFilterExtension
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from dms.api.access import right_of
from dms.api.sent_once import KEY
from dms.api.versions import Versioned
from dms.core.untyped import Facts, Option
from dms.core.updated_at import UpdatedAt
from dms.web.rights import PUBLIC, SIGNED_IN

Json = Facts
"""A piece of the document."""

PROBLEM = {
    "type": "object",
    "properties": {"detail": {"type": "string"}, "code": {"type": "string"}},
    "required": ["detail", "code"],
}
INVALID = {
    "description": "Bad input: the errors of each field, or what cannot be read as a whole.",
    "type": "object",
    "additionalProperties": True,
}
MEANINGS = {
    "400": "Bad input: field → errors.",
    "401": "No key, or one that is unknown, revoked or expired.",
    "403": "Without the right.",
    "404": "Not there, or not within your stores.",
    "406": "Only JSON can be answered.",
    "409": "Refused by a rule of the business: `detail` for people, `code` for programs.",
    "412": "Somebody changed the row since the version named in `If-Match`.",
    "415": "The body must be of a listed content type.",
    "429": "Too many calls; wait.",
}
SUMMARIES = {
    "list": "List",
    "retrieve": "One of the",
    "create": "Add to the",
    "partial_update": "Change one of the",
    "destroy": "Remove one of the",
    "pdf": "Print one of the",
}
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
TEXT = {"type": "string"}
ETAG = {"schema": TEXT, "description": "The version of the row."}
ID = {"type": "integer", "format": "int64", "minimum": 1}


def header(name: str, description: str) -> Json:
    return {"name": name, "in": "header", "schema": TEXT, "description": description}


IF_MATCH = header("If-Match", "The `ETag` that was read: a row changed since is left alone (412).")
IDEMPOTENCY_KEY = header(
    KEY,
    "New for each act, at most 80 characters: sent again with the same body, it is answered as before and done once.",
)
IF_NONE_MATCH = header("If-None-Match", "The `ETag` that was read: the same version is not sent again (304).")


class ApiSchema(AutoSchema):
    """Adds to every operation its right and the refusals it shares with all others."""

    def get_operation(self, *args: Option, **kwargs: Option) -> Json | None:
        operation: Json | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        self.add_components()
        self.add_version(operation)
        for status in self.statuses(operation):
            operation["responses"].setdefault(status, self.refusal(status))
        return operation

    def statuses(self, operation: Json) -> list[str]:
        """What this operation may answer beside its success."""
        common = ["401", "404", "406", "429"]
        if self.right not in {PUBLIC, SIGNED_IN} or self.method in WRITING:
            common += ["403"]
        if operation.get("requestBody") or operation.get("parameters"):
            common += ["400"]
        if self.method in WRITING:
            common += ["400", "409", "415"]
        if self.is_conditional:
            common += ["412"]
        return sorted(set(common))

    @property
    def has_version(self) -> bool:
        """It speaks of one row of a resource with versions (dms/api/versions.py)."""
        view = self.view
        return isinstance(view, Versioned) and bool(view.detail) and issubclass(view.model, UpdatedAt)

    @property
    def is_conditional(self) -> bool:
        return self.has_version and self.method in WRITING

    def add_version(self, operation: Json) -> None:
        """The headers by which a row is read once and not overwritten unread."""
        reads = self.has_version and getattr(self.view, "action", "") == "retrieve"
        if reads:
            operation["responses"]["200"]["headers"] = {"ETag": ETAG}
            operation["responses"]["304"] = {"description": "The version that is already known."}
        if reads or self.is_conditional:
            operation.setdefault("parameters", []).append(IF_NONE_MATCH if reads else IF_MATCH)
        if self.method in WRITING and isinstance(self.view, Versioned):
            operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)

    def _resolve_path_parameters(self, variables: list[str]) -> list[Json]:
        """A row is named by its key, which is a number everywhere."""
        return [{"name": name, "in": "path", "required": True, "schema": ID} for name in variables]

    def _get_serializer_field_meta(self, field: Any, direction: object) -> Json:
        """Without the words of the screen: they are translated, and change without a change of the contract."""
        meta: Json = super()._get_serializer_field_meta(field, direction)
        meta.pop("title", None)
        if isinstance(getattr(field, "help_text", None), Promise):
            meta.pop("description", None)
        return meta

    @property
    def right(self) -> str | None:
        return right_of(self.view, self.method)

    def get_description(self) -> str:  # type: ignore[override] # the library's may be nothing
        """The docstring, then the right."""
        text = str(super().get_description() or "")
        spoken = {PUBLIC: "Open to everybody.", SIGNED_IN: "For everybody who is signed in."}
        return f"{text}\n\n{spoken.get(self.right or '', f'Right: `{self.right}`.')}".strip()

    def get_operation_id(self) -> str:
        """Verbs by their own name: jobs_cancel, not jobs_cancel_create."""
        name = str(super().get_operation_id())
        verb = getattr(self.view, "action", None)
        return re.sub(rf"_{verb}_(create|retrieve|list)$", f"_{verb}", name)

    def get_summary(self) -> str | None:
        """“List absences”; of a verb its sentence."""
        act = getattr(self.view, "action", None) or self.method.lower()
        if word := SUMMARIES.get(act):
            return f"{word} {self.noun}"
        method = getattr(self.view, act, None)
        return (inspect.getdoc(method) or "").partition("\n")[0].rstrip(".") or None

    def get_tags(self) -> list[str]:
        """The app and the noun: /api/v1/<app>/<plural-noun>/…; generated clients have modules of these names."""
        return [" ".join(self.path.strip("/").split("/")[2:4])]

    @property
    def noun(self) -> str:
        return str(self.get_tags()[0].partition(" ")[2].replace("-", " "))

    def get_filter_backends(self) -> list[Any]:
        """Filters belong to lists; a verb that takes one row has none."""
        return super().get_filter_backends() if getattr(self.view, "action", "") == "list" else []

    def refusal(self, status: str) -> Json:
        name = "Invalid" if status == "400" else "Problem"
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        return {"description": MEANINGS[status], "content": content}

    def add_components(self) -> None:
        """The two shapes of a refusal, once in the document."""
        for name, schema in (("Problem", PROBLEM), ("Invalid", INVALID)):
            component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=schema, object=name)
            self.registry.register_on_missing(component)


class FilterParameters(DjangoFilterExtension):
    """Parameters of lists, without the labels that the page gives them."""

    target_class = "dms.api.filters.FilterBackend"
    priority = 1

    def _get_field_description(self, filter_field: Any, description: str) -> str:
        return str(filter_field.extra.get("help_text") or "")


def name_choices_of_parameters(result: Json, **_kwargs: object) -> Json:
    """A hook: what a list is filtered by is the choice that its rows have, and not another one of the same words."""
    schemas = result["components"]["schemas"]
    named = {frozenset(schema["enum"]): name for name, schema in schemas.items() if "enum" in schema}
    operations = [operation for path in result["paths"].values() for operation in path.values()]
    for parameter in (parameter for operation in operations for parameter in operation.get("parameters", [])):
        holder = parameter["schema"]
        choice = holder.get("items", holder)
        name = named.get(frozenset(choice.get("enum", [])))
        if name is not None:
            choice.clear()
            choice["$ref"] = f"#/components/schemas/{name}"
    return result


class TokenScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document names the key."""

    target_class = "dms.api.auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <key>`, the key from `POST /api/v1/auth/token/`.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document names the session."""

    target_class = "dms.api.auth.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "dms_session"}
