"""Pages that do one act: a form by hand (``ActFormView``), and the acts a document declares (``ActView``).

A form that is refused, by itself or by the action, answers 422 with what was typed. A button without a form is refused by
the middleware: with a message, where the person was.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView

from dms.core.acts import Act, Acts, AnyForm
from dms.core.refusals import Refusal
from dms.core.scope import scoped_rows
from dms.core.untyped import Fact, Facts
from dms.records import edits as edit_records
from dms.web import edits
from dms.web.forms import AskedBack, form_of
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right

F = TypeVar("F", bound=AnyForm)

DIALOG = "dialog"
"""The one dialog of a page (templates/base.html): what htmx asks for as its content comes without the page around it."""


class ActFormView(FormView[F]):
    """A page with one form that does one act: ``act(**cleaned)``, then ``after(result)`` says where to go."""

    request: AuthenticatedHttpRequest
    template_name = "generic/form.html"
    dialog_template_name = "generic/_form_dialog.html"
    places: ClassVar[Mapping[str, str]] = {}
    """Code of a refusal → the field beside which its sentence stands; the rest stand above the form."""

    @property
    def in_dialog(self) -> bool:
        """It was opened over another page, and is answered there."""
        return bool(self.request.htmx) and self.request.htmx.target == DIALOG

    def get_template_names(self) -> list[str]:
        return [self.dialog_template_name if self.in_dialog else self.template_name]

    def act(self, **facts: Fact) -> object:
        raise NotImplementedError

    def after(self, result: Any) -> str:
        raise NotImplementedError

    def facts_of(self, form: F) -> Facts:
        """What the act is told: of a form that edits, what the person changed."""
        return edits.written(form)

    def form_valid(self, form: F) -> HttpResponse:
        try:
            result = self.act(**self.facts_of(form))
        except Refusal as refused:
            refusal = refused.told()
            self.say(form, self.places.get(refusal.code), str(refusal.sentence))
            return self.form_invalid(form)
        return redirect(self.after(result))

    def say(self, form: F, place: str | None, sentence: str) -> None:
        """Beside its field; one that waits to be asked for (``AskedBack``) is seen from now on."""
        form.add_error(place, sentence)
        field = form.fields[place] if place else None
        if isinstance(field, AskedBack):
            field.show()

    def form_invalid(self, form: F) -> HttpResponse:
        # Not 200: whoever sent it by a script must see that nothing was done.
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ActView(ActFormView[AnyForm]):
    """One declared act of one document: its form if it asks for something, its POST at once if not."""

    acts: Acts[Any] = Acts(Model, page="")  # its address says which, and which of them
    name = ""

    @property
    def declared(self) -> Act[Any, Any]:
        return self.acts[self.name]

    @cached_property
    def document(self) -> Model:
        """The document, of those this person sees."""
        rows = scoped_rows(self.acts.model).visible_to(self.request.user)
        document: Model = get_object_or_404(rows, pk=self.kwargs["pk"])
        return document

    def get(self, *_args: object, **_kwargs: object) -> HttpResponse:
        """The form.

        :raises Refusal: when the act is not open to this person: nobody fills in a form for nothing.
        """
        self.refuse_closed()
        return self.render_to_response(self.get_context_data())

    def refuse_closed(self) -> None:
        document, user = self.document, self.request.user
        if not self.declared.is_open_to(document):
            status = document.get_status_display()  # type: ignore[attr-defined] # what has no status is always open
            raise Refusal(
                _("%(document)s is “%(status)s” now.") % {"document": document, "status": status}, code="not_open"
            )
        reason = self.declared.why_not(document, user)
        if reason:
            raise Refusal(reason)

    def get_form(self, _form_class: type[AnyForm] | None = None) -> AnyForm:
        return form_of(self.declared, self.document, self.request.user, **self.get_form_kwargs())

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who edits is alone with the row from the comparison to the writing."""
        if not self.declared.edits:
            return super().post(*args, **kwargs)
        row = self.acts.model(pk=self.kwargs["pk"])
        return edit_records.alone(row, lambda: super(ActView, self).post(*args, **kwargs))

    def form_valid(self, form: AnyForm) -> HttpResponse:
        if self.declared.asks:
            return super().form_valid(form)
        return redirect(self.after(self.act(**self.facts_of(form))))

    def facts_of(self, form: AnyForm) -> Facts:
        return edits.written(form, self.declared.do)

    def act(self, **facts: Fact) -> Any:
        return self.declared.do(self.document, by=self.request.user, **facts)

    def after(self, result: Any) -> str:
        message = self.declared.message(result)
        if message:
            messages.success(self.request, message)
        if self.declared.then:
            return reverse(self.declared.then, args=[result.pk])
        return self.page

    @property
    def page(self) -> str:
        return self.acts.page_of(self.document)

    def get_template_names(self) -> list[str]:
        own_page = getattr(self.declared.form, "page_template", "")
        return [own_page] if own_page and not self.in_dialog else super().get_template_names()

    def get_context_data(self, **context: object) -> Facts:
        act = self.declared
        form = context.setdefault("form", self.get_form())
        facts = {
            "object": self.document,
            "heading": act.label,
            "submit_label": act.label,
            "emphasis": act.emphasis,
            "cancel_url": self.page,
            "form_note": getattr(form, "note", "") or act.note,
        }
        return super().get_context_data(**{**facts, **context})


def act_paths(acts: Acts[Any], prefix: str, view: type[ActView] = ActView) -> list[URLPattern]:
    """The addresses of a document's acts: ``orders/<int:pk>/not-ready/`` named ``order_not_ready``; ``view`` is their page.

    What asks for nothing has no page: it is only sent.
    """
    return [
        path(
            f"{prefix}<int:pk>/{acts.path(name)}/",
            requires_right(act.right)(
                view.as_view(acts=acts, name=name, http_method_names=["get", "head", "post"] if act.asks else ["post"])
            ),
            name=acts.url_name(name).partition(":")[2],
        )
        for name, act in acts.items()
    ]
