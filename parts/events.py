"""What happens with parts, as the log calls it. One name for each: a slip is an import error."""

from django.utils.translation import gettext_lazy as _

from dms.core.event_words import event

PART_REGISTERED = event("part.registered", _("Part registered"))
PART_CHANGED = event("part.changed", _("Part changed"))

STOCK_RECEIVED = event("stock.received", _("Parts received"))
STOCK_ISSUED = event("stock.issued", _("Parts issued"))
STOCK_RETURNED = event("stock.returned", _("Parts returned"))
STOCK_CORRECTED = event("stock.corrected", _("Stock corrected"))
STOCK_RESERVED = event("stock.reserved", _("Parts reserved"))
STOCK_RELEASED = event("stock.released", _("Reservation released"))
STOCK_SALE_LOST = event("stock.sale_lost", _("Lost sale noted"))
STOCK_LIMITS_CHANGED = event("stock.limits_changed", _("Minimum and maximum changed"))
