"""Customers with their cars, and the care of them: rounds, calls, letters, recalls."""

from crm.demo import desk, people, recalls

__all__ = ["desk", "people", "recalls"]
