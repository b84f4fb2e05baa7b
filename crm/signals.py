"""What the customer's side announces to the apps above. Receivers run in the same transaction."""

from django.dispatch import Signal

payment_taken = Signal()
"""Money came in. Sender ``Invoice``; ``invoice``, ``payment``, ``by``."""

money_refunded = Signal()
"""Money went back. Sender ``Invoice``; ``invoice``, ``refund``, ``by``."""

customers_merged = Signal()
"""Two files became one. Sender ``Customer``; ``duplicate``, ``into``, ``by``. Whoever keeps rows of customers moves them to
``into``, or refuses with a sentence."""

customer_erased = Signal()
"""A person is erased. Sender ``Customer``; ``customer``, ``by``. Whoever has something open for them refuses with a sentence; else
the words that speak of them go from its rows."""

mileage_corrected = Signal()
"""A reading was misread. Sender ``Vehicle``; ``vehicle``, ``misread`` and ``meant`` (readings), ``by``."""
