"""Where a person goes after an act: back to where it was pressed, or on to a page. htmx is told to load the page whole."""

from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from dms.web.http import AuthenticatedHttpRequest


def go(request: AuthenticatedHttpRequest, to: str, *args: object) -> HttpResponse:
    """On to a page by its URL name (or address)."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": resolve_url(to, *args)})
    return redirect(to, *args)


def whence(request: AuthenticatedHttpRequest, otherwise: str = "dms:home") -> str:
    """The address of the page of ours from which the person came."""
    url = request.META.get("HTTP_REFERER", "")
    return url if is_ours(request, url) else resolve_url(otherwise)


def is_ours(request: AuthenticatedHttpRequest, url: str) -> bool:
    """The address leads to a page of ours, and nowhere else."""
    return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())


def back(request: AuthenticatedHttpRequest, otherwise: str = "dms:home") -> HttpResponse:
    """To the page on which the button was pressed."""
    return go(request, whence(request, otherwise))
