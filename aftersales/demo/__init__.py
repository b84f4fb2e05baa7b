"""The workshop of the demo: bays, bookings, and work orders day by day up to those of today at every point of their way."""

from aftersales.demo import workshop

__all__ = ["workshop"]
