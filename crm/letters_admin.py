"""What letters and text messages say, in the configuration site: versions, and a look at it with a real customer."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm import wording
from crm.actions import letters
from crm.letter_job import TEMPLATE
from crm.models import Customer, FormerWords, Letter, LetterTemplate, Ownership, Vehicle
from dms.admin.recording import ConfigurationAdmin, ConfigurationInline
from dms.models import Store, User
from dms.web.pdf import Paper
from dms.web.rights import signed_in_user


class FormerWordsInline(ConfigurationInline):
    """What it said before, to read."""

    model = FormerWords
    fields = readonly_fields = ("version", "until", "title", "body")
    ordering = ["-version"]
    show_change_link = False
    max_num = 0
    can_delete = False


class WhoForm(forms.Form):
    """With which customer a text is looked at."""

    q = forms.CharField(label=_("Customer"), required=False, help_text=_("Name, phone or plate"))


def found(user: User, text: str) -> Ownership | None:
    """The customer who is meant, with their car; the newest one where nobody is named."""
    owned = Ownership.objects.filter(until__isnull=True, customer__in=Customer.objects.visible_to(user))
    if text:
        owned = owned.filter(customer__in=Customer.objects.matching(text)) | owned.filter(
            vehicle__in=Vehicle.objects.matching(text)
        )
    return owned.select_related("customer", "vehicle__variant__series__brand").order_by("-pk").first()


def as_it_would_be(template: LetterTemplate, owned: Ownership, store: Store, user: User) -> Letter:
    """The letter, not stored and without a number."""
    since = owned.vehicle.bought_on or timezone.localdate()
    facts = wording.facts(
        owned.customer,
        owned.vehicle,
        store,
        since=since,
        month=timezone.localdate() if template.kind == LetterTemplate.Kind.INVITATION else None,
        caller=user if template.kind == LetterTemplate.Kind.MESSAGE else None,
    )
    return letters.draft(template, facts, owned.customer, owned.vehicle, store)


@admin.register(LetterTemplate)
class LetterTemplateAdmin(ConfigurationAdmin[LetterTemplate]):
    """What letters and text messages say. What was written keeps its words, and says by which version."""

    list_display = ["name", "kind", "is_default", "title", "version"]
    list_filter = ["kind"]
    search_fields = ["name", "name_en", "title", "body"]
    fields = [("kind", "is_default"), ("name", "name_en"), "title", "body"]
    inlines = [FormerWordsInline]
    change_form_template = "admin/letter_template.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview)
        return [path("<int:pk>/preview/", view, name="crm_lettertemplate_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The text filled with the facts of a customer; ``?pdf=1`` on paper."""
        user = signed_in_user(request)
        if not user.has_perm("crm.view"):
            raise PermissionDenied("crm.view")
        template, form = get_object_or_404(LetterTemplate, pk=pk), WhoForm(request.GET)
        asked = form.cleaned_data["q"].strip() if form.is_valid() else ""
        owned, stores = found(user, asked), self.stores(user)
        store = stores.first()
        letter = as_it_would_be(template, owned, store, user) if owned and store else None
        if letter is not None and "pdf" in request.GET:
            return Paper(TEMPLATE, {"letters": [letter], "store": store}, letter.title, foot=None).answer()
        context = {"object": template, "form": form, "letter": letter, "asked": asked, "opts": self.opts}
        context |= {"title": _("Preview"), "on_paper": template.kind != LetterTemplate.Kind.MESSAGE}
        return TemplateResponse(request, "admin/letter.html", {**self.admin_site.each_context(request), **context})

    def stores(self, user: User) -> QuerySet[Store]:
        rows: QuerySet[Store] = Store.objects.visible_to(user).filter(active=True)
        return rows
