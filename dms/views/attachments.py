"""Stored files, served only to who may see them."""

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from dms.models import Attachment
from dms.records import attachments
from dms.web.http import AuthenticatedHttpRequest
from dms.web.rights import requires_right


@require_safe
@requires_right("dms.home")
def attachment(request: AuthenticatedHttpRequest, pk: int) -> HttpResponseBase:
    """The file as a download; ``?inline=1`` shows pictures in place."""
    user = request.user
    visible = Attachment.objects.visible_to(user)
    attachment = get_object_or_404(visible, pk=pk)
    return attachments.respond(attachment, inline=bool(request.GET.get("inline")))
