"""What may be done to the documents of sales: who may, when, and how it is called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.acts import Act, Acts, D, R, Waiting
from dms.formats import display
from sales import due_work
from sales.actions import allocation, deliveries, leads, losses, orders, owner_cards
from sales.forms import (
    AllocateForm,
    AppointmentForm,
    CancelForm,
    ConfirmationForm,
    ConfirmLossForm,
    ContactForm,
    LoanForm,
    LossForm,
    NoteForm,
    OrderForm,
    ReassignForm,
    RefundForm,
    ReleaseForm,
    RescheduleForm,
    StepForm,
    WishForm,
)
from sales.models import DeliverySheet, Lead, Order, OwnerCard, Quote

Status = Order.Status


class Asking(Act[D, R]):
    """An act that asks, on a page of its own, though nothing there must be filled in."""

    @property
    def asks(self) -> bool:
        return True


LEAD = Acts(
    Lead,
    page="sales:lead",
    wish=Asking(
        leads.change_wish,
        "sales.sell",
        _("What they want"),
        statuses=leads.ALIVE,
        guards=(leads.refuse_other,),
        form=WishForm,
        icon="pencil",
        place="menu",
        path="edit",
        url_name="sales:lead_edit",
    ),
    reschedule=Act(
        leads.reschedule,
        "sales.sell",
        _("Move the next contact"),
        statuses=(Lead.Status.OPEN,),
        guards=(leads.refuse_other,),
        form=RescheduleForm,
        icon="calendar-time",
        place="menu",
    ),
    request_loss=Act(
        losses.request_loss,
        "sales.sell",
        _("Request the loss"),
        to=Lead.Status.LOSS_REQUESTED,
        guards=(leads.refuse_other, losses.refuse_under_way),
        form=LossForm,
        icon="user-x",
        emphasis="danger",
        place="menu",
        done=_("The manager looks at it."),
        path="loss",
        url_name="sales:lead_loss",
    ),
    reassign=Act(
        leads.reassign,
        "sales.approve",
        pgettext_lazy("verb", "Reassign"),
        statuses=leads.ALIVE,
        form=ReassignForm,
        icon="arrows-exchange",
        place="menu",
    ),
    contact=Act(
        leads.record_contact,
        "sales.sell",
        _("Contact and record"),
        statuses=(Lead.Status.OPEN,),
        guards=(leads.refuse_other,),
        form=ContactForm,
        icon="phone-call",
        emphasis="primary",
        done=lambda row: _("Recorded for %(name)s.") % {"name": row.lead.customer},
        path="record",
        url_name="sales:lead_record",
    ),
    return_loss=Act(
        losses.return_loss,
        "sales.approve",
        pgettext_lazy("verb", "Return"),
        statuses=(Lead.Status.LOSS_REQUESTED,),
        form=NoteForm,
        place="loss",
        path="loss/return",
        url_name="sales:lead_return",
    ),
    confirm_loss=Asking(
        losses.confirm_loss,
        "sales.approve",
        pgettext_lazy("verb", "Confirm"),
        to=Lead.Status.LOST,
        guards=(losses.refuse_own_loss,),
        form=ConfirmLossForm,
        place="loss",
        path="loss/confirm",
        url_name="sales:lead_confirm",
    ),
)

QUOTE = Acts(
    Quote,
    page="sales:quote",
    order=Act(
        orders.order_from_quote,
        "sales.sell",
        _("Write the order"),
        guards=(orders.refuse_to_order,),
        form=OrderForm,
        icon="file-text",
        emphasis="primary",
        done=lambda order: _("The manager approves it.") if order.status == Status.PENDING_APPROVAL else "",
        then="sales:order",
        url_name="sales:order_new",
    ),
)

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
        form=NoteForm,
        path="return",
    ),
    submit=Act(
        orders.submit_order,
        "sales.sell",
        _("Submit for approval"),
        to=Status.PENDING_APPROVAL,
        guards=(leads.refuse_foreign,),
        emphasis="primary",
        done=_("The manager approves it."),
    ),
    approve=Act(
        orders.approve_order,
        "sales.approve",
        pgettext_lazy("verb", "Approve"),
        statuses=(Status.PENDING_APPROVAL,),
        guards=(orders.refuse_writer,),
        emphasis="primary",
        done=lambda order: _("%(number)s is signed; the cashier sees what is due.") % {"number": order},
        waiting=Waiting(
            due_work.orders_to_approve,
            due_work.order_line,
            pgettext_lazy("due", "Approve"),
            label=_("Look at it"),
            family="ask",
        ),
    ),
    allocate=Act(
        allocation.allocate_car,
        "sales.sell",
        _("Allocate a car"),
        statuses=(Status.SIGNED,),
        guards=(leads.refuse_foreign,),
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
        emphasis="primary",
        done=_("The car is ready."),
    ),
    deliver=Act(
        deliveries.deliver_order,
        "sales.sell",
        _("Hand over"),
        to=Status.DELIVERED,
        guards=(deliveries.refuse_incomplete,),
        icon="key",
        emphasis="primary",
        done=_("Delivered. The C card is open and the follow-up calls have begun."),
        then="sales:owner_card",
    ),
    close=Act(
        orders.close_order,
        "sales.approve",
        _("Close the order"),
        to=Status.CLOSED,
        guards=(orders.refuse_unsettled,),
        icon="check",
        done=lambda order: _("%(number)s is closed.") % {"number": order},
    ),
    release=Act(
        allocation.release_car,
        "sales.sell",
        _("Release the car"),
        statuses=(Status.ALLOCATED,),
        guards=(leads.refuse_foreign, allocation.refuse_signed_sheet),
        form=ReleaseForm,
        emphasis="danger",
        place="car",
        done=_("The car is for sale again."),
    ),
    not_ready=Act(
        allocation.mark_not_ready,
        "sales.stock",
        _("Not ready yet"),
        statuses=(Status.READY,),
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

DELIVERY = Acts(
    DeliverySheet,
    page="sales:delivery",
    step=Act(
        deliveries.note_step,
        "sales.view",
        pgettext_lazy("verb", "Done"),
        guards=(deliveries.refuse_over,),
        form=StepForm,
        place="checklist",
    ),
    confirm=Act(
        deliveries.confirm_delivery,
        "sales.sell",
        pgettext_lazy("verb", "Confirm"),
        guards=(deliveries.refuse_over, deliveries.refuse_confirmed),
        form=ConfirmationForm,
        place="confirmation",
        done=lambda sheet: _("Confirmed by %(name)s.") % {"name": sheet.confirmed_name},
    ),
)
"""A department signs by its own people, whatever their rights in sales: ``deliveries.sign_off``."""

OWNER_CARD = Acts(
    OwnerCard,
    page="sales:owner_card",
    loan=Asking(owner_cards.note_loan, "sales.sell", _("Note the loan"), form=LoanForm, place="purchase"),
)
