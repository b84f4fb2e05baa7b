"""What a store may offer, in words: the rule is the database's (``own_makes.sql``), whichever document names the car."""

from django.utils.translation import gettext_lazy as _

NOT_OUR_MAKE = _("This store does not sell that make. Choose one of its own cars.")
OTHER_COLOUR = _("This colour belongs to another make. Choose one of the car’s own.")
OTHER_SERIES = _("This variant belongs to another series. Choose both anew.")
