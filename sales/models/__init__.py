"""From a stranger to an owner: the register, A cards, quotes, orders, stock cars, delivery, C cards."""

from sales.models.allocations import Allocation
from sales.models.deliveries import DeliverySheet, OwnerCard, SignOff
from sales.models.leads import Lead, LeadContact, LevelChange, LevelRule, Source
from sales.models.limits import DiscountLimit
from sales.models.orders import Order, Quote, QuoteLine
from sales.models.register import RotaPlace, ShowroomVisit
from sales.models.stock import StockCar

__all__ = [
    "Allocation",
    "DeliverySheet",
    "DiscountLimit",
    "Lead",
    "LeadContact",
    "LevelChange",
    "LevelRule",
    "Order",
    "OwnerCard",
    "Quote",
    "QuoteLine",
    "RotaPlace",
    "ShowroomVisit",
    "SignOff",
    "Source",
    "StockCar",
]
