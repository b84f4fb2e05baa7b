"""Pages for what went wrong, each with what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long (or came from elsewhere): say so, with the way back."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
