"""What happens around every request."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware, get_user
from django.db import DataError, IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_structlog.middlewares import RequestMiddleware

from dms.core import logs
from dms.core.refusals import Refusal
from dms.models import Store, User
from dms.navigation import due_work
from dms.records import constraint_errors
from dms.web import who_asks
from dms.web.sign_in_form import SET_UP_FIRST

GetResponse = Callable[[HttpRequest], HttpResponseBase]
NUL = "\0"
log = logging.getLogger(__name__)
SAFE = {"GET", "HEAD", "OPTIONS"}
# A stranger's id goes into the log: with a line break it could forge a line there.
REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,40}$")


class RequestLog(RequestMiddleware):
    """An id for the request (a proxy's is kept), in its lines of the log and in the answer; a line for it at its end."""

    def prepare(self, request: HttpRequest) -> None:
        if not REQUEST_ID.match(request.META.get("HTTP_X_REQUEST_ID", "")):
            request.META["HTTP_X_REQUEST_ID"] = uuid.uuid4().hex
        request.META["dms.began"] = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=request.META["HTTP_X_REQUEST_ID"])

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        milliseconds = round((time.perf_counter() - request.META["dms.began"]) * 1000, 1)
        structlog.contextvars.bind_contextvars(ms=milliseconds)
        response["X-Request-ID"] = logs.request_id()
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Without the query: what people search for are names and phone numbers, which no log needs."""
        return f"{request.method} {request.path}"


class ContentPolicy(CSPMiddleware):
    """The policy of our settings, which none of our pages changes, written once instead of twice for each answer."""

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if settings.DEBUG or any(name.startswith("_csp") for holder in (request, response) for name in vars(holder)):
            return super().process_response(request, response)
        response.setdefault(HEADER, self.policy)
        return response


class PlainText:
    """On a page no text has a NUL character: no column of Postgres takes one, nobody types it. The API answers 400 to it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "%00" in request.META.get("QUERY_STRING", "") and not request.path.startswith("/api/"):
            request.GET = self.without(request.GET)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        if request.method != "POST" or request.path.startswith("/api/"):
            return
        if any(NUL in text for _name, texts in request.POST.lists() for text in texts):
            request.POST = self.without(request.POST)

    def without(self, sent: QueryDict) -> Any:
        plain = QueryDict(mutable=True)
        for name, texts in sent.lists():
            plain.setlist(name.replace(NUL, ""), [text.replace(NUL, "") for text in texts])
        return plain


class Language:
    """The person's language, else the one chosen on this machine, else Chinese. An API client may ask by header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with who_asks.one_question():
            request.user = get_user(request)  # the person and no lazy object round them: templates look a hundred times
        language = self.choose(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response

    def choose(self, request: HttpRequest) -> str:
        known = dict(settings.LANGUAGES)
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if isinstance(request.user, User) and request.user.language:
            language = request.user.language
        if request.path.startswith("/api/") and request.headers.get("Accept-Language"):
            language = translation.get_language_from_request(request)
        return language if language in known else settings.LANGUAGE_CODE


class SignedIn(LoginRequiredMiddleware):
    """Every page needs a sign-in unless it says otherwise; an idle session ends, a used one is prolonged every few minutes."""

    PROLONG_AFTER = timedelta(minutes=5)
    METHODS = ("GET", "HEAD", "POST")
    """Pages are read, and forms are sent; nothing else is ever asked of them."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[object, ...],
        view_kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        if isinstance(request.user, User) and request.user.owes_second_factor and not self.leads_to_it(request):
            return self.send_to_set_up(request)
        if request.path.startswith("/api/"):
            return None  # the API answers 401 and 405 itself
        if request.method not in self.METHODS:
            return HttpResponseNotAllowed(self.METHODS)
        if request.user.is_authenticated:
            self.prolong(request)
        return super().process_view(request, view_func, view_args, view_kwargs)

    SET_UP = "dms:second_factor"
    OPEN_WITHOUT = frozenset({SET_UP, "logout", "dms:choose_language", "dms:choose_theme"})
    """What is reached before a second factor that the role demands is set up."""

    def leads_to_it(self, request: HttpRequest) -> bool:
        return request.resolver_match is not None and request.resolver_match.view_name in self.OPEN_WITHOUT

    def send_to_set_up(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": SET_UP_FIRST, "code": "second_factor_setup_required"}, status=403)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": reverse(self.SET_UP)})
        return redirect(self.SET_UP)

    def prolong(self, request: HttpRequest) -> None:
        now = timezone.now().timestamp()
        # Not at each click: a session that changed must be written.
        if now - request.session.get("seen", 0) > self.PROLONG_AFTER.total_seconds():
            request.session["seen"] = now

    def handle_no_permission(  # type: ignore[override] # a fragment is answered without a redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        response = super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
        return response


class WorkingStore:
    """``request.store``: the store chosen in the top bar; None for “all my stores”."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        store = self.find(request)
        request.store = store  # type: ignore[attr-defined] # the type is AuthenticatedHttpRequest
        response = self.get_response(request)
        if isinstance(request.user, User) and request.method not in SAFE and response.status_code < 400:
            # Whatever was done may have been due: the numbers in the frame are counted anew.
            due_work.forget(request.user, store)
        return response

    def find(self, request: HttpRequest) -> Store | None:
        user = request.user
        if not isinstance(user, User):
            return None
        if user.sees_all_stores:
            return user.store_chosen
        if len(user.own_stores) == 1:
            return user.own_stores[0]
        return next((store for store in user.own_stores if store.pk == user.store_chosen_id), None)


class WholePages:
    """An act sent by htmx ends where it leads: the browser loads that page whole, instead of putting it into the form's place."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 302 and request.method not in SAFE and request.headers.get("HX-Request"):
            # A script never sees a redirect: the browser follows it, and hands over the page it leads to.
            response.status_code = 204
            response.headers["HX-Redirect"] = response.headers["Location"]
            del response.headers["Location"]
        return response


class Refusals:
    """A refusal on a page becomes a message where the person was: no error page, nothing lost."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.path.startswith("/api/"):
            return None
        refusal = self.refusal_of(request, exception)
        return self.say(request, refusal) if refusal is not None else None

    def refusal_of(self, request: HttpRequest, exception: Exception) -> Refusal | None:
        """What the database refuses of what was sent is an answer to who sent it, too; it is logged, as it may be our fault."""
        if isinstance(exception, Refusal):
            return exception.told()
        # What a mere reading breaks is our fault alone, and nothing that somebody could send better.
        if request.method in SAFE or not isinstance(exception, DataError | IntegrityError):
            return None
        log.warning("refused by the database: %s", exception)
        if isinstance(exception, IntegrityError):
            return constraint_errors.refusal_from(exception)
        return constraint_errors.unstorable()

    def say(self, request: HttpRequest, refusal: Refusal) -> HttpResponse:
        if request.headers.get("HX-Request"):
            return render(request, "components/_refusal.html", {"sentence": refusal.sentence}, status=409)
        back = request.META.get("HTTP_REFERER", "")
        # The header is the client's word: nobody is led to another site with it.
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
            return render(request, "409.html", {"sentence": refusal.sentence}, status=409)
        messages.error(request, str(refusal.sentence))
        return redirect(back)
