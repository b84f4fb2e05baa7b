"""The declared acts of a work order, whose forms stand on its page or open over it."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from aftersales.acts import WORK_ORDER
from dms.core.acts import AnyForm
from dms.core.refusals import Refusal
from dms.navigation.layout import trail
from dms.views.redirects import whence
from dms.web.act_views import ActView

WHERE_PRESSED = {"hold", "resume", "check"}
"""A technician does them on the page of the own jobs, from one car to the next, and stays there."""


def why_refused(form: AnyForm) -> str:
    """What is wrong with a form, as one sentence."""
    return " ".join(
        f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    )


class WorkOrderActView(ActView):
    """One act of one work order."""

    acts = WORK_ORDER

    def form_invalid(self, form: AnyForm) -> HttpResponse:
        """A form over the page stays as it is, and the sentence is shown beside it: it has no place for another one."""
        if self.request.headers.get("HX-Request") and "HX-Target" not in self.request.headers:
            raise Refusal(why_refused(form), code="not_filled_in")
        return super().form_invalid(form)

    def after(self, result: Any) -> str:
        page = super().after(result)
        if self.name == "cancel":
            return reverse("aftersales:work_orders")
        pressed_at = whence(self.request, page) if self.name in WHERE_PRESSED else page
        return page if self.request.path in pressed_at else pressed_at  # pressed on the page of the form

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=trail("aftersales:work_orders", str(self.document)), **context)
