"""The way into everything that can be configured."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dms.access import needs


@needs("dms.configure")
def configuration(request: HttpRequest) -> HttpResponse:
    return render(request, "generic/detail.html", {"object": "-"})
