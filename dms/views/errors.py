"""Pages for what went wrong, each with what to do next."""

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long (or came from elsewhere): say so, with the way back."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


def no_right(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for whoever lacks the right; a part of a page needs no page around it, the browser says it in a toast."""
    if request.headers.get("HX-Request"):
        return HttpResponseForbidden()
    return render(request, "403.html", {"exception": str(exception)}, status=403)
