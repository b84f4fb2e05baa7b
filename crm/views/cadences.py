"""The rules of care, for everybody to read; they are changed in the configuration site."""

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.models import Cadence, CadencePreset, StorePreset
from dms.models import Store
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


@require_safe
@requires_right("crm.call")
def cadences(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Every preset with its rules, and which stores follow it."""
    stores = Store.objects
    rules = Cadence.objects.filter(active=True).order_by("trigger", "offset", "pk")
    chosen = dict(StorePreset.objects.values_list("store_id", "preset_id"))
    presets = list(CadencePreset.objects.prefetch_related(Prefetch("cadences", rules)))
    default = next((preset.pk for preset in presets if preset.is_default), None)
    followed: dict[int, list[Store]] = {preset.pk: [] for preset in presets}
    for store in stores.visible_to(request.user).active():
        followed.setdefault(chosen.get(store.pk, default or 0), []).append(store)
    context = {
        "presets": [(preset, followed.get(preset.pk, [])) for preset in presets],
        "manages": request.user.has_perm("crm.manage"),
        "configures": request.user.has_perm("dms.configure"),
    }
    return render(request, "crm/cadences.html", context)
