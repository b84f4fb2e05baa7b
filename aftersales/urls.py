"""The pages of after-sales."""

from django.urls import path

from aftersales.acts import WORK_ORDER
from aftersales.views import appointments, lines, release, work_orders, workshop
from aftersales.views.acts import WorkOrderActView
from dms.web.act_views import act_paths

app_name = "aftersales"
urlpatterns = [
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/new/", appointments.appointment_new, name="appointment_new"),
    path("appointments/<int:pk>/", appointments.appointment, name="appointment"),
    path("appointments/<int:pk>/confirm/", appointments.confirm, name="appointment_confirm"),
    path("appointments/<int:pk>/prepare/", appointments.prepare, name="appointment_prepare"),
    path("appointments/<int:pk>/move/", appointments.move, name="appointment_move"),
    path("appointments/<int:pk>/cancel/", appointments.cancel, name="appointment_cancel"),
    path("appointments/<int:pk>/no-show/", appointments.no_show, name="appointment_no_show"),
    path("work-orders/", work_orders.WorkOrders.as_view(), name="work_orders"),
    path("work-orders/new/", work_orders.work_order_new, name="work_order_new"),
    path("work-orders/known/", work_orders.car_known, name="car_known"),
    path("work-orders/<int:pk>/", work_orders.work_order, name="work_order"),
    path("work-orders/<int:pk>/print/", work_orders.work_order_pdf, name="work_order_pdf"),
    path("work-orders/<int:pk>/describe/", work_orders.describe, name="work_order_describe"),
    *act_paths(WORK_ORDER, "work-orders/", WorkOrderActView),
    path("work-orders/<int:pk>/labour/", lines.labour_add, name="labour_add"),
    path("work-orders/<int:pk>/parts/", lines.part_add, name="part_add"),
    path("work-orders/<int:pk>/other/", lines.other_add, name="other_add"),
    path("work-orders/<int:pk>/take-up/", lines.take_up, name="take_up"),
    path("part-numbers/", lines.part_numbers, name="part_numbers"),
    path("lines/<int:pk>/change/", lines.change, name="line_change"),
    path("lines/<int:pk>/decline/", lines.decline, name="line_decline"),
    path("lines/<int:pk>/defer/", lines.defer, name="line_defer"),
    path("lines/<int:pk>/propose/", lines.propose, name="line_propose"),
    path("lines/<int:pk>/start/", lines.start, name="line_start"),
    path("lines/<int:pk>/finish/", lines.finish, name="line_finish"),
    path("lines/<int:pk>/issue/", lines.issue, name="line_issue"),
    path("lines/<int:pk>/return/", lines.give_back, name="line_return"),
    path("board/", workshop.board, name="board"),
    path("jobs/", workshop.jobs, name="jobs"),
    path("checks/", workshop.checks, name="checks"),
    path("settlements/", release.settlements, name="settlements"),
    path("work-orders/<int:pk>/settlement/", release.settlement_pdf, name="settlement_pdf"),
    path("work-orders/<int:pk>/gate-pass/print/", release.gate_pass_pdf, name="gate_pass_pdf"),
]
