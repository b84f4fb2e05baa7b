"""What sales puts into the layout."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.navigation import due_acts, registry
from dms.navigation.registry import Lane, NewEntry, Tab
from sales import acts
from sales.models import Lead, Order, OwnerCard, Quote, ShowroomVisit, StockCar

registry.tabs(
    "sales",
    Tab(
        pgettext_lazy("tab", "Register"),
        "sales:register",
        "sales.view",
        "clipboard-list",
        (*acts.VISIT.url_names(), *acts.ROTA_PLACE.url_names()),
        order=10,
    ),
    Tab(
        pgettext_lazy("tab", "A cards"),
        "sales:leads",
        "sales.view",
        "cards",
        (
            "sales:lead",
            "sales:lead_new",
            *acts.LEAD.url_names(),
        ),
        order=20,
    ),
    Tab(
        pgettext_lazy("tab", "Quotes"),
        "sales:quotes",
        "sales.view",
        "file-invoice",
        ("sales:quote", acts.QUOTE.url_name("revise")),
        order=30,
    ),
    Tab(
        pgettext_lazy("tab", "Orders"),
        "sales:orders",
        "sales.view",
        "file-text",
        ("sales:order", acts.QUOTE.url_name("order"), *acts.ORDER.url_names()),
        order=40,
    ),
    Tab(
        pgettext_lazy("tab", "Stock cars"),
        "sales:stock_cars",
        "sales.view",
        "car-garage",
        ("sales:stock_car_new", *acts.STOCK_CAR.url_names()),
        order=50,
    ),
    Tab(
        pgettext_lazy("tab", "Delivery"),
        "sales:deliveries",
        "sales.view",
        "key",
        ("sales:delivery", *acts.DELIVERY.url_names()),
        order=60,
    ),
    Tab(
        pgettext_lazy("tab", "C cards"),
        "sales:owner_cards",
        "sales.view",
        "id",
        ("sales:owner_card", *acts.OWNER_CARD.url_names()),
        order=70,
    ),
)
registry.new_entries.extend(
    [
        NewEntry(_("Register visitor"), "sales:register", "sales.register", "clipboard-plus", order=10),
        NewEntry(_("Open an A card"), "sales:lead_new", "sales.sell", "cards"),
    ]
)
for documents in (acts.VISIT, acts.LEAD, acts.ORDER, acts.DELIVERY):
    due_acts.register(documents)
# Late is a month on one step of a card, three days of an order, sixty in the yard (stock_position).
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
registry.subject_pages.update(
    {
        Lead: ("sales:lead", "sales.view"),
        Quote: ("sales:quote", "sales.view"),
        Order: ("sales:order", "sales.view"),
        OwnerCard: ("sales:owner_card", "sales.view"),
        ShowroomVisit: ("sales:visit_complete", "sales.register"),
    }
)
