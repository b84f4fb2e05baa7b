"""Addresses of the configuration site, and what its forms would send back."""

from django.urls import reverse


def page(row, name="change"):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])


def listing(model, name="changelist"):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}")


def fields_of(response):
    """What the browser would post back unchanged."""
    found = {}
    for form in [
        response.context["adminform"].form,
        *(f for s in response.context["inline_admin_formsets"] for f in forms_of(s)),
    ]:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                found[bound.html_name] = value() if callable(value) else value
    return {name: "on" if value is True else value for name, value in found.items()}


def forms_of(inline):
    return [inline.formset.management_form, *inline.formset.initial_forms]
