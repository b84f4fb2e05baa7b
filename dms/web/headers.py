"""What every answer says to the browser about keeping it, and about what a page may use of the machine."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

NOTHING_OF = (
    "accelerometer camera display-capture geolocation gyroscope magnetometer microphone midi payment serial usb"
)
PERMISSIONS = ", ".join(f"{feature}=()" for feature in NOTHING_OF.split())


class PrivateAnswers:
    """No answer stays behind on the machine: at a desk that several people share, Back after signing out shows nothing.

    Static files are no answers of ours; whitenoise gives them out before.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cache-Control", "private, no-store")
        return response
