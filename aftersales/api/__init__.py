"""After-sales over the API: ``/api/v1/aftersales/``."""

from rest_framework.routers import SimpleRouter

from aftersales.api import appointments, base_data, work_orders

router = SimpleRouter()
router.register("appointments", appointments.AppointmentViewSet, "appointments")
router.register("shop-hours", appointments.ShopHourViewSet, "shop-hours")
router.register("work-orders", work_orders.WorkOrderViewSet, "work-orders")
router.register("work-lines", work_orders.WorkLineViewSet, "work-lines")
router.register("findings", work_orders.FindingViewSet, "findings")
router.register("labour-operations", base_data.LabourOperationViewSet, "labour-operations")
router.register("bays", base_data.BayViewSet, "bays")
