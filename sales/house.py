"""What sales puts into the shell."""

from django.utils.translation import gettext_lazy as _

from dms import registry

registry.words(
    {
        "visit.registered": _("Visitor registered"),
        "visit.completed": _("Register line completed"),
        "visit.assigned": _("Guest given to an adviser"),
        "visit.left": _("Guest left"),
        "rota.skipped": _("Turn passed over"),
        "rota.left_floor": _("Left the floor"),
        "rota.came_back": _("Back on the floor"),
        "lead.opened": _("A card opened"),
        "lead.contacted": _("Contact recorded"),
        "lead.level_changed": _("Level changed"),
        "lead.rescheduled": _("Next contact moved"),
        "lead.reassigned": _("A card reassigned"),
        "lead.wish_changed": _("Wish changed"),
        "lead.reviewed": _("Contact reviewed"),
        "lead.loss_requested": _("Loss requested"),
        "lead.lost": _("Loss confirmed"),
        "lead.loss_returned": _("Loss returned"),
        "lead.reopened": _("A card opened again"),
        "quote.made": _("Quote made"),
        "order.made": _("Order written"),
        "order.submitted": _("Order submitted"),
        "order.approved": _("Order approved"),
        "order.returned": _("Order returned"),
        "order.cancelled": _("Order cancelled"),
        "order.deposit_paid": _("Deposit paid"),
        "order.paid": _("Order paid"),
        "order.refunded": _("Money of a cancelled order returned"),
        "order.car_allocated": _("Car allocated"),
        "order.car_released": _("Car released"),
        "order.ready": _("Car ready"),
        "order.not_ready": _("Car not ready any more"),
        "order.delivered": _("Car delivered"),
        "stock_car.entered": _("Stock car entered"),
        "stock_car.received": _("Stock car received"),
        "stock_car.changed": _("Stock car changed"),
        "delivery.planned": _("Delivery appointed"),
        "delivery.noted": _("Delivery step noted"),
        "delivery.signed": _("Delivery sheet signed"),
        "delivery.confirmed": _("Delivery confirmed by the customer"),
        "owner_card.opened": _("C card opened"),
        "owner_card.handed_over": _("C card handed to customer service"),
    }
)
