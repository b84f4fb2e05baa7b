"""Sales over the API: ``/api/v1/sales/``."""

from rest_framework.routers import SimpleRouter

from sales.api import deliveries, leads, orders, owner_cards, quotes, register, stock

router = SimpleRouter()
router.register("visits", register.VisitViewSet, "visits")
router.register("rota", register.RotaViewSet, "rota")
router.register("leads", leads.LeadViewSet, "leads")
router.register("quotes", quotes.QuoteViewSet, "quotes")
router.register("orders", orders.OrderViewSet, "orders")
router.register("stock-cars", stock.StockCarViewSet, "stock-cars")
router.register("deliveries", deliveries.DeliveryViewSet, "deliveries")
router.register("owner-cards", owner_cards.OwnerCardViewSet, "owner-cards")
