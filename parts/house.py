"""What parts put into the shell."""

from django.utils.translation import gettext_lazy as _

from dms import registry

registry.words(
    {
        "part.changed": _("Part changed"),
        "stock.received": _("Parts received"),
        "stock.issued": _("Parts issued"),
        "stock.returned": _("Parts returned"),
        "stock.corrected": _("Stock corrected"),
        "stock.reserved": _("Parts reserved"),
        "stock.released": _("Reservation released"),
        "stock.sale_lost": _("Lost sale noted"),
        "stock.limits_changed": _("Minimum and maximum changed"),
    }
)
