"""What may be done to the documents of sales: who may, when, and how it is called."""

from sales.acts.deliveries import DELIVERY
from sales.acts.leads import LEAD, LEAD_CONTACT
from sales.acts.orders import ORDER
from sales.acts.owner_cards import OWNER_CARD
from sales.acts.quotes import QUOTE
from sales.acts.register import ROTA_PLACE, VISIT
from sales.acts.stock import STOCK_CAR

__all__ = ["DELIVERY", "LEAD", "LEAD_CONTACT", "ORDER", "OWNER_CARD", "QUOTE", "ROTA_PLACE", "STOCK_CAR", "VISIT"]
