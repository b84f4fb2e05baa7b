"""Stored files, served only to who may see them."""

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from dms import attachments
from dms.access import needs
from dms.http import AuthenticatedHttpRequest
from dms.models import Attachment


@require_safe
@needs("dms.home")
def attachment(request: AuthenticatedHttpRequest, pk: int) -> HttpResponseBase:
    """The file as a download; ``?inline=1`` shows pictures and PDF in place."""
    user = request.user
    visible = Attachment.objects.visible_to(user)
    found = get_object_or_404(visible, pk=pk)
    return attachments.respond(found, inline=bool(request.GET.get("inline")))
