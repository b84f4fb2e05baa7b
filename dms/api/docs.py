"""The OpenAPI document, and the page on which one reads and tries it."""

from functools import cache

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from dms.web.rights import PUBLIC


@cache
def document() -> dict[str, object]:
    """A contract for programs: in English whoever reads it. Drawn once per process: it takes half a second."""
    with translation.override("en"):
        return SchemaGenerator().get_schema(request=None, public=True)


class Schema(SpectacularAPIView):
    """The OpenAPI document, in YAML or JSON."""

    rights = {"*": PUBLIC}
    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        return Response(document())


class Page(SpectacularSwaggerSplitView):
    """The document to read and try, in the session of the browser. Its pictures are inline SVG of the page's own style."""

    rights = {"*": PUBLIC}
    authentication_classes = ()
    url_name = "api:schema"
    template_name = "api/docs.html"


@extend_schema(exclude=True)
class Nowhere(APIView):
    """Whatever lies under /api/ and is nothing: 404 in JSON, not a page."""

    rights = {"*": PUBLIC}
    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (JSONRenderer,)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound
