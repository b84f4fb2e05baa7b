"""What after-sales announces of itself. Receivers run in the same transaction."""

from django.dispatch import Signal

consent_given = Signal()
"""The customer agreed. Sender ``WorkOrder``; ``order``, ``consent``, ``first`` (the commission itself is signed), ``by``."""

order_settled = Signal()
"""The bill stands. Sender ``WorkOrder``; ``order``, ``settlement``, ``by``."""
