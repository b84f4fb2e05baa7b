"""The OpenAPI document: every resource says its right, and every answer it may give."""

import re
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from dms.api.access import right_of
from dms.web.rights import PUBLIC, SIGNED_IN

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
    "415": "The body must be of a listed content type.",
    "429": "Too many calls; wait.",
}
SUMMARIES = {
    "list": "List",
    "retrieve": "One of the",
    "create": "Add to the",
    "partial_update": "Change one of the",
    "destroy": "Remove one of the",
}
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class ApiSchema(AutoSchema):
    """Adds to every operation its right and the refusals it shares with all others."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        self.add_components()
        for status in self.statuses(operation):
            operation["responses"].setdefault(status, self.refusal(status))
        return operation

    def statuses(self, operation: dict[str, Any]) -> list[str]:
        """What this operation may answer beside its success."""
        common = ["401", "404", "406", "429"]
        if self.right not in {PUBLIC, SIGNED_IN} or self.method in WRITING:
            common += ["403"]
        if operation.get("requestBody") or operation.get("parameters"):
            common += ["400"]
        if self.method in WRITING:
            common += ["400", "409", "415"]
        return sorted(set(common))

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
        word = SUMMARIES.get(getattr(self.view, "action", ""))
        sentences = str(super().get_description() or "").partition(".")[0]
        return f"{word} {self.noun}" if word else sentences

    def get_tags(self) -> list[str]:
        """The app and the noun: /api/v1/<app>/<plural-noun>/…"""
        return ["/".join(self.path.strip("/").split("/")[2:4])]

    @property
    def noun(self) -> str:
        return str(self.get_tags()[0].partition("/")[2].replace("-", " "))

    def get_filter_backends(self) -> list[Any]:
        """Filters belong to lists; a verb that takes one row has none."""
        return super().get_filter_backends() if getattr(self.view, "action", "") == "list" else []

    def refusal(self, status: str) -> dict[str, Any]:
        name = "Invalid" if status == "400" else "Problem"
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        return {"description": MEANINGS[status], "content": content}

    def add_components(self) -> None:
        """The two shapes of a refusal, once in the document."""
        for name, schema in (("Problem", PROBLEM), ("Invalid", INVALID)):
            component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=schema, object=name)
            self.registry.register_on_missing(component)


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
