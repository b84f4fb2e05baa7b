"""The catalogue of cars."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dms.access import needs
from dms.models import Variant
from dms.views.lists import HouseList


class Variants(HouseList):
    """Variants by brand and series."""

    model = Variant
    right = "dms.catalogue"


@needs("dms.catalogue")
def variant(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "generic/detail.html", {"object": "-"})
