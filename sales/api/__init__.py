"""Sales over the API: ``/api/v1/sales/``."""

from rest_framework.routers import SimpleRouter

from sales.api import leads, orders, register

router = SimpleRouter()
router.register("visits", register.VisitViewSet, "visits")
router.register("rota", register.RotaViewSet, "rota")
router.register("leads", leads.LeadViewSet, "leads")
router.register("quotes", orders.QuoteViewSet, "quotes")
router.register("orders", orders.OrderViewSet, "orders")
router.register("stock-cars", orders.StockCarViewSet, "stock-cars")
router.register("deliveries", orders.DeliveryViewSet, "deliveries")
router.register("owner-cards", orders.OwnerCardViewSet, "owner-cards")
