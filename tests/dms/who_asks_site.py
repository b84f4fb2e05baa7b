"""The site with one page more: it needs nothing, so that what it costs is what every page costs."""

from django.http import HttpResponse
from django.urls import path

from dms.urls import handler403, urlpatterns  # noqa: F401 # Django looks for handlers here
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


@requires_right("dms.home")
def empty(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Who asked, where, and what the frame of a page reads of them."""
    user = request.user
    stores = [store.code for store in (request.store, *user.own_stores, *user.open_stores) if store]
    return HttpResponse(" ".join([user.display_name, user.theme, str(user.role_label), *stores]))


urlpatterns = [path("empty/", empty, name="empty"), *urlpatterns]
