"""What sales puts into the layout."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Customer, Vehicle
from dms.core import event_words
from dms.navigation import registry
from dms.navigation.due_acts import due_providers
from dms.navigation.registry import (
    DueProvider,
    Lane,
    NewEntry,
    SearchProvider,
    Tab,
    TileProvider,
    TimelineProvider,
)
from sales import acts, due_work, tiles, timeline
from sales.models import Lead, Order, OwnerCard, Quote, ShowroomVisit, StockCar

registry.AREAS["sales"].tabs[:0] = [
    Tab(pgettext_lazy("tab", "Register"), "sales:register", "sales.view", "clipboard-list", ("sales:visit_complete",)),
    Tab(
        pgettext_lazy("tab", "A cards"),
        "sales:leads",
        "sales.view",
        "cards",
        (
            "sales:lead",
            "sales:lead_new",
            "sales:lead_record",
            "sales:lead_edit",
            "sales:lead_loss",
            "sales:lead_confirm",
            "sales:lead_return",
            "sales:lead_reassign",
            "sales:lead_reschedule",
        ),
    ),
    Tab(
        pgettext_lazy("tab", "Quotes"), "sales:quotes", "sales.view", "file-invoice", ("sales:quote", "sales:quote_new")
    ),
    Tab(
        pgettext_lazy("tab", "Orders"),
        "sales:orders",
        "sales.view",
        "file-text",
        ("sales:order", *acts.QUOTE.url_names(), *acts.ORDER.url_names()),
    ),
    Tab(pgettext_lazy("tab", "Stock cars"), "sales:stock_cars", "sales.view", "car-garage", ("sales:stock_car_new",)),
    Tab(pgettext_lazy("tab", "Delivery"), "sales:deliveries", "sales.view", "key", ("sales:delivery",)),
    Tab(
        pgettext_lazy("tab", "C cards"),
        "sales:owner_cards",
        "sales.view",
        "id",
        ("sales:owner_card", "sales:owner_card_loan"),
    ),
]
registry.new_entries.extend(
    [
        NewEntry(_("Register visitor"), "sales:register", "sales.register", "clipboard-plus"),
        NewEntry(_("Open an A card"), "sales:lead_new", "sales.sell", "cards"),
    ]
)
registry.search_providers.extend(
    [SearchProvider("sales.view", timeline.find_leads), SearchProvider("sales.view", timeline.find_orders)]
)
registry.due_providers.extend(
    [
        DueProvider("sales.sell", due_work.contacts),
        DueProvider("sales.sell", due_work.guests_to_record),
        DueProvider("sales.register", due_work.unfilled_visits),
        *due_providers(acts.ORDER),
        DueProvider("sales.approve", due_work.losses_to_confirm),
        DueProvider("sales.view", due_work.sign_offs),
    ]
)
registry.tile_providers.append(TileProvider("sales.view", tiles.tiles))
registry.lanes.extend(
    [
        Lane(
            "sales",
            pgettext_lazy("lane", "A cards"),
            Lead,
            ("OPEN", "LOSS_REQUESTED", "ORDERED", "DELIVERED"),
            "sales:leads",
            "sales.view",
            "status_at",
            limit_minutes=30 * 24 * 60,
        ),
        Lane(
            "sales",
            pgettext_lazy("lane", "Orders"),
            Order,
            ("DRAFT", "PENDING_APPROVAL", "SIGNED", "ALLOCATED", "READY", "DELIVERED"),
            "sales:orders",
            "sales.view",
            "status_at",
            limit_minutes=3 * 24 * 60,
            over=("DELIVERED",),
        ),
        Lane(
            "sales",
            pgettext_lazy("lane", "Stock cars"),
            StockCar,
            ("IN_TRANSIT", "AVAILABLE", "ALLOCATED", "READY"),
            "sales:stock_cars",
            "sales.view",
            "status_at",
            limit_minutes=60 * 24 * 60,
        ),
    ]
)
registry.timeline_providers.extend(
    [
        TimelineProvider(Customer, "sales.view", timeline.of_customer),
        TimelineProvider(Vehicle, "sales.view", timeline.of_vehicle),
    ]
)
registry.subject_pages.update(
    {
        Lead: ("sales:lead", "sales.view"),
        Quote: ("sales:quote", "sales.view"),
        Order: ("sales:order", "sales.view"),
        OwnerCard: ("sales:owner_card", "sales.view"),
        ShowroomVisit: ("sales:visit_complete", "sales.register"),
    }
)
event_words.words(
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
        "order.closed": _("Order closed"),
        "stock_car.entered": _("Stock car entered"),
        "stock_car.received": _("Stock car received"),
        "stock_car.changed": _("Stock car changed"),
        "delivery.planned": _("Delivery appointed"),
        "delivery.noted": _("Delivery step noted"),
        "delivery.signed": _("Delivery sheet signed"),
        "delivery.confirmed": _("Delivery confirmed by the customer"),
        "owner_card.opened": _("C card opened"),
        "owner_card.loan_noted": _("Loan noted"),
        "owner_card.handed_over": _("C card handed to customer service"),
    }
)
