"""The one renderer that draws every field of the site."""

from django.forms.renderers import TemplatesSetting


class SiteFormRenderer(TemplatesSetting):
    """One field template for the whole site."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
