"""Every piece the pages are made of, on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dms.access import needs


@needs("dms.configure")
def patterns(request: HttpRequest) -> HttpResponse:
    """The pattern page."""
    return render(request, "dms/patterns.html")
