"""The showroom of the demo: the yard, guests and their cards, purchases up to the owner's card, and what today shows."""

from sales.demo import showroom

__all__ = ["showroom"]
