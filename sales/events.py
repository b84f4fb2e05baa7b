"""What happens in sales, as the log calls it. One name for each: a slip is an import error."""

from django.utils.translation import gettext_lazy as _

from dms.core.event_words import event

VISIT_REGISTERED = event("visit.registered", _("Visitor registered"))
VISIT_COMPLETED = event("visit.completed", _("Register line completed"))
VISIT_ASSIGNED = event("visit.assigned", _("Guest given to an adviser"))
VISIT_LEFT = event("visit.left", _("Guest left"))
VISIT_RETURNED = event("visit.returned", _("Guest is still here"))
VISIT_CORRECTED = event("visit.corrected", _("Register line corrected"))
VISIT_VOIDED = event("visit.voided", _("Register line void"))

ROTA_SKIPPED = event("rota.skipped", _("Turn passed over"))
ROTA_LEFT_FLOOR = event("rota.left_floor", _("Left the floor"))
ROTA_CAME_BACK = event("rota.came_back", _("Back on the floor"))

LEAD_OPENED = event("lead.opened", _("A card opened"))
LEAD_CONTACTED = event("lead.contacted", _("Contact recorded"))
LEAD_RESCHEDULED = event("lead.rescheduled", _("Next contact moved"))
LEAD_REASSIGNED = event("lead.reassigned", _("A card reassigned"))
LEAD_WISH_CHANGED = event("lead.wish_changed", _("Wish changed"))
LEAD_REVIEWED = event("lead.reviewed", _("Contact reviewed"))
LEAD_LOSS_REQUESTED = event("lead.loss_requested", _("Loss requested"))
LEAD_LOST = event("lead.lost", _("Loss confirmed"))
LEAD_LOSS_RETURNED = event("lead.loss_returned", _("Loss returned"))
LEAD_LOSS_WITHDRAWN = event("lead.loss_withdrawn", _("Loss withdrawn"))
LEAD_BROUGHT_BACK = event("lead.brought_back", _("Asked again on the day set"))
LEAD_NOT_ASKED = event("lead.not_asked", _("Not asked again: another card is open"))
LEAD_REOPENED = event("lead.reopened", _("A card opened again"))

QUOTE_MADE = event("quote.made", _("Quote made"))

ORDER_MADE = event("order.made", _("Order written"))
ORDER_SUBMITTED = event("order.submitted", _("Order submitted"))
ORDER_APPROVED = event("order.approved", _("Order approved"))
ORDER_RETURNED = event("order.returned", _("Order returned"))
ORDER_CANCELLED = event("order.cancelled", _("Order cancelled"))
ORDER_DEPOSIT_PAID = event("order.deposit_paid", _("Deposit paid"))
ORDER_PAID = event("order.paid", _("Order paid"))
ORDER_REFUNDED = event("order.refunded", _("Money of a cancelled order returned"))
ORDER_CAR_ALLOCATED = event("order.car_allocated", _("Car allocated"))
ORDER_CAR_RELEASED = event("order.car_released", _("Car released"))
ORDER_READY = event("order.ready", _("Car ready"))
ORDER_NOT_READY = event("order.not_ready", _("Car not ready any more"))
ORDER_DELIVERED = event("order.delivered", _("Car delivered"))
ORDER_REASSIGNED = event("order.reassigned", _("Order given to another adviser"))
ORDER_CLOSED = event("order.closed", _("Order closed"))

STOCK_CAR_ENTERED = event("stock_car.entered", _("Stock car entered"))
STOCK_CAR_RECEIVED = event("stock_car.received", _("Stock car received"))
STOCK_CAR_RELEASED = event("stock_car.released", _("Released for sale"))
STOCK_CAR_TAKEN = event("stock_car.taken", _("Taken for own use"))
CERTIFICATE_PLEDGED = event("certificate.pledged", _("Certificate pledged"))
CERTIFICATE_REDEEMED = event("certificate.redeemed", _("Certificate back"))
STOCK_CAR_VOIDED = event("stock_car.voided", _("Stock car void"))
STOCK_CAR_CHANGED = event("stock_car.changed", _("Stock car changed"))

DELIVERY_PLANNED = event("delivery.planned", _("Delivery appointed"))
DELIVERY_NOTED = event("delivery.noted", _("Delivery step noted"))
DELIVERY_SIGNED = event("delivery.signed", _("Delivery sheet signed"))
DELIVERY_CONFIRMED = event("delivery.confirmed", _("Delivery confirmed by the customer"))
DELIVERY_STEP_UNDONE = event("delivery.step_undone", _("Delivery step taken back"))
DELIVERY_UNCONFIRMED = event("delivery.unconfirmed", _("Confirmation of the delivery taken back"))

OWNER_CARD_OPENED = event("owner_card.opened", _("C card opened"))
OWNER_CARD_REASSIGNED = event("owner_card.reassigned", _("C card given to another adviser"))
OWNER_CARD_LOAN_NOTED = event("owner_card.loan_noted", _("Loan noted"))
OWNER_CARD_HANDED_OVER = event("owner_card.handed_over", _("C card handed to customer service"))

SALES_IMPORTED = event("sales.imported", _("Past sales imported"))
