"""The pages of after-sales."""

from django.urls import path

from aftersales.acts import APPOINTMENT, FINDING, WORK_LINE, WORK_ORDER
from aftersales.open_work import APPOINTMENTS, WORK_ORDERS
from aftersales.views import appointments, release, work_orders, workshop
from aftersales.views.acts import AppointmentActView, FindingActView, WorkLineActView, WorkOrderActView
from dms.views.handing_over import hand_over_path
from dms.web.act_views import act_paths

app_name = "aftersales"
urlpatterns = [
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/all/", appointments.AppointmentList.as_view(), name="appointment_list"),
    hand_over_path(APPOINTMENTS, "appointments/"),
    path("appointments/new/", appointments.AppointmentNew.as_view(), name="appointment_new"),
    path("appointments/<int:pk>/", appointments.appointment, name="appointment"),
    *act_paths(APPOINTMENT, "appointments/", AppointmentActView),
    path("work-orders/", work_orders.WorkOrders.as_view(), name="work_orders"),
    hand_over_path(WORK_ORDERS, "work-orders/"),
    path("work-orders/new/", work_orders.WorkOrderNew.as_view(), name="work_order_new"),
    path("work-orders/known/", work_orders.car_known, name="car_known"),
    path("work-orders/<int:pk>/", work_orders.work_order, name="work_order"),
    path("work-orders/<int:pk>/pdf/", work_orders.work_order_pdf, name="work_order_pdf"),
    *act_paths(WORK_ORDER, "work-orders/", WorkOrderActView),
    path("part-numbers/", work_orders.part_numbers, name="part_numbers"),
    path("consents/<int:pk>/pdf/", work_orders.addendum_pdf, name="addendum_pdf"),
    *act_paths(WORK_LINE, "lines/", WorkLineActView),
    *act_paths(FINDING, "findings/", FindingActView),
    path("board/", workshop.board, name="board"),
    path("jobs/", workshop.jobs, name="jobs"),
    path("checks/", workshop.checks, name="checks"),
    path("settlements/", release.settlements, name="settlements"),
    path("work-orders/<int:pk>/settlement/pdf/", release.settlement_pdf, name="settlement_pdf"),
    path("work-orders/<int:pk>/gate-pass/pdf/", release.gate_pass_pdf, name="gate_pass_pdf"),
]
