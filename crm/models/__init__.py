"""Customers and vehicles: they belong to the group, and each knows the stores it has dealt with."""

from crm.models.customers import ContactPerson, Customer, CustomerStore, Phone
from crm.models.vehicles import MileageReading, Ownership, Vehicle, VehicleStore

__all__ = [
    "ContactPerson",
    "Customer",
    "CustomerStore",
    "MileageReading",
    "Ownership",
    "Phone",
    "Vehicle",
    "VehicleStore",
]
