"""What the lists of sales can be narrowed by, on the page and in the API alike."""

from datetime import timedelta
from functools import partial

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.customers import called_so
from crm.models.vehicles import marked_so
from dms.core.untyped import AnyRows, Rows
from dms.models import Series, Store
from dms.web.filters import SENSIBLE_DAYS, OnDay, OpenOf, Since, StoreScopedFilter, Until, visible_people
from sales.models import DeliverySheet, Lead, Order, OwnerCard, Quote, RotaPlace, ShowroomVisit, StockCar
from sales.models.leads import LeadQuerySet, Level, LossClass
from sales.models.orders import OrderQuerySet
from sales.models.register import VisitQuerySet

SILENT_DAYS = 7
"""A card without contact for so long is silent."""


class SalesFilter(StoreScopedFilter):
    """The parent of all lists of sales: ``q`` as staff type it."""

    def find(self, rows: AnyRows, _name: str, value: str) -> Rows:
        return rows.matching(value.strip()) if value.strip() else rows


class VisitFilter(SalesFilter):
    """Lines of the register by day, kind and what they lack."""

    day = filters.DateFilter(validators=SENSIBLE_DAYS, label=_("Day"))
    kind = filters.ChoiceFilter(choices=ShowroomVisit.Kind.choices, label=_("Kind"))
    unfilled = filters.BooleanFilter(method="lacking", label=_("Unfilled"))
    adviser = filters.ModelChoiceFilter(queryset=visible_people, label=_("adviser"))
    inside = filters.BooleanFilter(method="in_store_now", label=pgettext_lazy("register", "In store"))
    void = filters.BooleanFilter(
        field_name="voided_at", lookup_expr="isnull", exclude=True, label=pgettext_lazy("register", "Void")
    )

    class Meta:
        model = ShowroomVisit
        fields: tuple[str, ...] = ()

    def in_store_now(self, rows: VisitQuerySet, _name: str, value: bool) -> VisitQuerySet:  # noqa: FBT001 - django-filter's signature
        return rows.inside() if value else rows.exclude(pk__in=rows.inside().values("pk"))

    def lacking(self, rows: VisitQuerySet, _name: str, value: bool) -> VisitQuerySet:  # noqa: FBT001 - django-filter's signature
        unfilled = rows.unfilled()
        return unfilled if value else rows.exclude(pk__in=unfilled.values("pk"))


class RotaFilter(StoreScopedFilter):
    """Places of the rota by day."""

    SEARCHED = ("adviser__display_name__contains",)

    day = filters.DateFilter(validators=SENSIBLE_DAYS, label=_("Day"))
    present = filters.BooleanFilter(label=_("present"))

    class Meta:
        model = RotaPlace
        fields: tuple[str, ...] = ()


class LeadFilter(SalesFilter):
    """The card box: by level, when they buy, whose, what is due and what is silent."""

    status = filters.ChoiceFilter(choices=Lead.Status.choices, label=_("Status"))
    level = filters.ChoiceFilter(choices=Level.choices, label=_("level"))
    owner = filters.ModelChoiceFilter(queryset=visible_people, label=_("adviser"))
    open_of = OpenOf("leads")
    series = filters.ModelChoiceFilter(queryset=Series.objects.all(), label=_("series"))
    loss_class = filters.ChoiceFilter(choices=LossClass.choices, label=_("lost to"))
    due = filters.BooleanFilter(method="by_now", label=_("Due"))
    silent = filters.BooleanFilter(method="without_contact", label=_("Silent for a week"))
    opened_on = OnDay("opened_at", label=_("opened"))
    since = Since("status_at", label=pgettext_lazy("period", "From"))
    until = Until("status_at", label=pgettext_lazy("period", "Until"))
    ordering = filters.OrderingFilter(
        fields={"next_contact_at": "next", "level": "level", "opened_at": "opened", "customer__name_key": "name"},
        field_labels={
            "next_contact_at": _("next contact"),
            "level": _("level"),
            "opened_at": _("opened"),
            "customer__name_key": pgettext_lazy("person", "name"),
        },
    )

    class Meta:
        model = Lead
        fields: tuple[str, ...] = ()

    def by_now(self, rows: LeadQuerySet, _name: str, value: bool) -> LeadQuerySet:  # noqa: FBT001
        due = rows.due(timezone.now())
        return due if value else rows.exclude(pk__in=due.values("pk"))

    def without_contact(self, rows: LeadQuerySet, _name: str, value: bool) -> LeadQuerySet:  # noqa: FBT001
        edge = timezone.now() - timedelta(days=SILENT_DAYS)
        # Asked by key: joined, a card would stand in the list once for each of its contacts.
        touched = Q(contacts__at__gte=edge)
        older = rows.filter(status=Lead.Status.OPEN, opened_at__lt=edge)
        return older.exclude(pk__in=rows.filter(touched).values("pk")) if value else rows.filter(touched).distinct()


class CardBox(LeadFilter):
    """On the page: cards somebody works on, until others are asked for. Of one day they are all there, whatever became of them."""

    def filter_queryset(self, queryset: QuerySet[Lead]) -> LeadQuerySet:
        cards: LeadQuerySet = super().filter_queryset(queryset)
        asked = ("status", "opened_on", "loss_class", "open_of")
        return cards if any(self.data.get(name) for name in asked) else cards.open()


class QuoteFilter(SalesFilter):
    """Quotes by card; superseded versions only when asked for."""

    lead = filters.NumberFilter(field_name="lead_id", label=_("A card"), min_value=1, decimal_places=0)
    superseded = filters.BooleanFilter(label=_("superseded"))
    since = Since("made_at", label=pgettext_lazy("period", "From"))
    until = Until("made_at", label=pgettext_lazy("period", "Until"))

    class Meta:
        model = Quote
        fields: tuple[str, ...] = ()

    def find(self, rows: QuerySet[Quote], _name: str, value: str) -> QuerySet[Quote]:
        cards = Lead.objects
        text = value.strip()
        numbered = Q(number__endswith=text.upper()) | Q(lead__in=cards.matching(text))
        return rows.filter(numbered) if text else rows


class NewestQuotes(QuoteFilter):
    """On the page: offers in their newest version, until others are asked for."""

    def filter_queryset(self, queryset: QuerySet[Quote]) -> QuerySet[Quote]:
        quotes: QuerySet[Quote] = super().filter_queryset(queryset)
        return quotes if self.data.get("superseded") else quotes.filter(superseded=False)


class OrderFilter(SalesFilter):
    """Orders by status, adviser, car."""

    status = filters.ChoiceFilter(choices=Order.Status.choices, label=_("Status"))
    open = filters.BooleanFilter(method="under_way", label=pgettext_lazy("orders", "Under way"))
    adviser = filters.ModelChoiceFilter(queryset=visible_people, label=_("adviser"))
    open_of = OpenOf("orders")
    series = filters.ModelChoiceFilter(field_name="variant__series", queryset=Series.objects.all(), label=_("series"))
    sold = filters.BooleanFilter(method="own_sales", label=_("Sold by us"))
    delivering_store = filters.ModelChoiceFilter(
        queryset=Store.objects.active(), to_field_name="code", label=_("delivering store")
    )
    signed_on = OnDay("signed_at", label=_("signed"))
    delivered_on = OnDay("delivered_at", label=_("delivered"))
    since = Since("status_at", label=pgettext_lazy("period", "From"))
    until = Until("status_at", label=pgettext_lazy("period", "Until"))
    ordering = filters.OrderingFilter(
        fields={"made_at": "made", "deliver_on": "deliver_on", "price": "price"},
        field_labels={"made_at": _("made"), "deliver_on": _("delivery agreed"), "price": _("price")},
    )

    class Meta:
        model = Order
        fields: tuple[str, ...] = ()

    def own_sales(self, rows: OrderQuerySet, _name: str, value: bool) -> OrderQuerySet:  # noqa: FBT001
        """What is handed over for another store is theirs."""
        assert self.request is not None
        own = rows.counted_for(self.request.user, getattr(self.request, "store", None))
        return own if value else rows.exclude(pk__in=own.values("pk"))

    def under_way(self, rows: QuerySet[Order], _name: str, value: bool) -> QuerySet[Order]:  # noqa: FBT001
        over = Q(status__in=(Order.Status.DELIVERED, Order.Status.CLOSED, Order.Status.CANCELLED))
        return rows.exclude(over) if value else rows.filter(over)


class StockCarFilter(SalesFilter):
    """Cars by status, model, use, certificate."""

    status = filters.ChoiceFilter(choices=StockCar.Status.choices, label=_("Status"))
    series = filters.ModelChoiceFilter(field_name="variant__series", queryset=Series.objects.all(), label=_("series"))
    variant = filters.NumberFilter(field_name="variant_id", label=_("variant"), min_value=1, decimal_places=0)
    use = filters.ChoiceFilter(choices=StockCar.Use.choices, label=pgettext_lazy("stock car", "use"))
    certificate = filters.ChoiceFilter(choices=StockCar.Certificate.choices, label=_("certificate"))
    since = Since("status_at", label=pgettext_lazy("period", "From"))
    ordering = filters.OrderingFilter(
        fields={"arrived_on": "arrived", "vin": "vin"}, field_labels={"arrived_on": _("arrived"), "vin": _("VIN")}
    )

    class Meta:
        model = StockCar
        fields: tuple[str, ...] = ()


class Yard(StockCarFilter):
    """On the page: cars that are ours, until those of a status are asked for."""

    def filter_queryset(self, queryset: QuerySet[StockCar]) -> QuerySet[StockCar]:
        cars: QuerySet[StockCar] = super().filter_queryset(queryset)
        return cars if self.data.get("status") else cars.exclude(status=StockCar.Status.DELIVERED)


class DeliveryFilter(StoreScopedFilter):
    """Delivery sheets: those still to be handed over, or all."""

    SEARCHED = ("number__iendswith", "order__number__iendswith", partial(called_so, path="order__customer__"))

    open = filters.BooleanFilter(method="not_yet", label=_("Still to deliver"))
    day = filters.DateFilter(field_name="appointment_at", lookup_expr="date", validators=SENSIBLE_DAYS, label=_("Day"))

    class Meta:
        model = DeliverySheet
        fields: tuple[str, ...] = ()

    def not_yet(self, rows: QuerySet[DeliverySheet], _name: str, value: bool) -> QuerySet[DeliverySheet]:  # noqa: FBT001
        over = Q(order__delivered_at__isnull=False) | Q(order__status=Order.Status.CANCELLED)
        return rows.exclude(over) if value else rows.filter(over)


class DeliveriesAhead(DeliveryFilter):
    """On the page: what is still to be handed over, until more is asked for."""

    def filter_queryset(self, queryset: QuerySet[DeliverySheet]) -> QuerySet[DeliverySheet]:
        sheets: QuerySet[DeliverySheet] = super().filter_queryset(queryset)
        over = (Order.Status.DELIVERED, Order.Status.CLOSED, Order.Status.CANCELLED)
        return sheets if self.data.get("open") else sheets.exclude(order__status__in=over)


class OwnerCardFilter(StoreScopedFilter):
    """C cards: with whom they are, whose."""

    SEARCHED = (
        "number__iendswith",
        partial(called_so, path="customer__"),
        partial(marked_so, path="vehicle__"),
    )

    with_sales = filters.BooleanFilter(field_name="handed_over_at", lookup_expr="isnull", label=_("Still with sales"))
    open_of = OpenOf("owner_cards")
    adviser = filters.ModelChoiceFilter(queryset=visible_people, label=_("adviser"))

    class Meta:
        model = OwnerCard
        fields: tuple[str, ...] = ()
