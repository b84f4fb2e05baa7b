"""Sales over the API: ``/api/v1/sales/``."""

from rest_framework.routers import SimpleRouter

from sales.api import register

router = SimpleRouter()
router.register("visits", register.VisitViewSet, "visits")
router.register("rota", register.RotaViewSet, "rota")
