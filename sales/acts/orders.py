"""What may be done to an order."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.acts import Act, Acts, Waiting
from dms.formats import display
from sales import authority, due_work
from sales import stores_of_order as stores
from sales.actions import allocation, deliveries, leads, orders
from sales.forms.choices import WhyForm
from sales.forms.leads import NoteForm
from sales.forms.orders import AllocateForm, AppointmentForm, CancelForm, RefundForm
from sales.models import Order

Status = Order.Status

ORDER = Acts(
    Order,
    page="sales:order",
    cancel=Act(
        orders.cancel_order,
        "sales.sell",
        _("Cancel the order"),
        to=Status.CANCELLED,
        guards=(orders.refuse_cancelling,),
        form=CancelForm,
        emphasis="danger",
    ),
    give_back=Act(
        orders.return_order,
        "sales.approve",
        pgettext_lazy("verb", "Return"),
        to=Status.DRAFT,
        guards=(stores.refuse_not_seller,),
        form=NoteForm,
        path="return",
    ),
    submit=Act(
        orders.submit_order,
        "sales.sell",
        _("Submit for approval"),
        to=Status.PENDING_APPROVAL,
        guards=(stores.refuse_not_seller, leads.refuse_foreign),
        emphasis="primary",
        done=_("The manager approves it."),
    ),
    approve=Act(
        orders.approve_order,
        "sales.approve",
        pgettext_lazy("verb", "Approve"),
        # Not by NEXT: an allocated order steps back to signed as well, when its car is released.
        statuses=(Status.PENDING_APPROVAL,),
        guards=(stores.refuse_not_seller, orders.refuse_writer, authority.refuse_beyond_authority),
        emphasis="primary",
        done=lambda order: _("%(number)s is signed; the cashier sees what is due.") % {"number": order},
        waiting=Waiting(
            due_work.orders_to_approve,
            due_work.order_line,
            pgettext_lazy("due", "Approve"),
            family="ask",
            look=True,
        ),
    ),
    allocate=Act(
        allocation.allocate_car,
        "sales.sell",
        _("Allocate a car"),
        # Not by NEXT: from ready it comes back to allocated with the car that it has.
        statuses=(Status.SIGNED,),
        guards=(stores.refuse_not_seller, leads.refuse_foreign),
        form=AllocateForm,
        icon="car",
        emphasis="primary",
        done=lambda allocation: (
            _("%(car)s is kept for %(name)s.") % {"car": allocation.car, "name": allocation.order.customer}
        ),
        waiting=Waiting(due_work.cars_to_allocate, due_work.order_line, pgettext_lazy("due", "Car")),
    ),
    ready=Act(
        allocation.mark_ready,
        "sales.stock",
        _("Mark ready"),
        to=Status.READY,
        guards=(stores.refuse_not_deliverer,),
        emphasis="primary",
        done=_("The car is ready."),
        waiting=Waiting(due_work.cars_to_prepare, due_work.car_line, pgettext_lazy("due", "Prepare"), look=True),
    ),
    deliver=Act(
        deliveries.deliver_order,
        "sales.sell",
        pgettext_lazy("delivery", "Hand over"),
        to=Status.DELIVERED,
        guards=(stores.refuse_not_deliverer, deliveries.refuse_incomplete),
        icon="key",
        emphasis="primary",
        done=_("Delivered. The C card is open and the follow-up calls have begun."),
        waiting=Waiting(
            due_work.cars_to_hand_over,
            due_work.car_line,
            pgettext_lazy("due", "Hand over"),
            family="run",
            since="comes_at",
            look=True,
        ),
    ),
    close=Act(
        orders.close_order,
        "sales.approve",
        _("Close the order"),
        to=Status.CLOSED,
        guards=(stores.refuse_not_seller, orders.refuse_unsettled),
        icon="check",
        done=lambda order: _("%(number)s is closed.") % {"number": order},
    ),
    release=Act(
        allocation.release_car,
        "sales.sell",
        _("Release the car"),
        # Not by NEXT, where signed is also what an approval leads to.
        statuses=(Status.ALLOCATED,),
        guards=(stores.refuse_not_seller, leads.refuse_foreign, allocation.refuse_signed_sheet),
        form=WhyForm,
        emphasis="danger",
        place="car",
        done=_("The car is for sale again."),
    ),
    not_ready=Act(
        allocation.mark_not_ready,
        "sales.stock",
        _("Not ready yet"),
        statuses=(Status.READY,),
        guards=(stores.refuse_not_deliverer,),
        form=WhyForm,
        emphasis="quiet",
        place="car",
        done=_("Noted."),
    ),
    plan=Act(
        deliveries.plan_delivery,
        "sales.sell",
        _("Send the sheet round"),
        statuses=deliveries.IN_HAND,
        form=AppointmentForm,
        edits=True,
        place="delivery",
        then="sales:delivery",
        path="delivery",
        url_name="sales:delivery_plan",
    ),
    refund=Act(
        orders.refund_cancelled,
        "billing.take",
        _("Give back"),
        statuses=(Status.CANCELLED,),
        guards=(orders.refuse_refund,),
        form=RefundForm,
        place="money",
        done=lambda refund: _("%(amount)s given back.") % {"amount": display.yuan(refund.amount)},
    ),
)
