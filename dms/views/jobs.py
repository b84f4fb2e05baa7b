"""Long jobs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dms.access import needs
from dms.models import Job
from dms.views.lists import HouseList


class Jobs(HouseList):
    """One's own imports, exports and batches."""

    model = Job
    right = "dms.jobs"


@needs("dms.jobs")
def job(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "generic/detail.html", {"object": "-"})


@needs("dms.jobs")
def job_new(request: HttpRequest) -> HttpResponse:
    return render(request, "generic/detail.html", {"object": "-"})
