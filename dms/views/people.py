"""Colleagues, and who is away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dms.access import needs
from dms.models import Absence, User
from dms.views.lists import HouseList


class People(HouseList):
    """Colleagues of one's stores."""

    model = User
    right = "dms.people"


class Absences(HouseList):
    """Who is away, and who stands in."""

    model = Absence
    right = "dms.people"


@needs("dms.absences")
def absence_new(request: HttpRequest) -> HttpResponse:
    return render(request, "generic/detail.html", {"object": "-"})


@needs("dms.absences")
def absence_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "generic/detail.html", {"object": "-"})
