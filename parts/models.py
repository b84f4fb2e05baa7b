"""Parts and their one stock truth: what is on hand is the sum of append-only moves, and the database keeps it so."""

import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.money import MoneyField
from dms.core.names import Bilingual
from dms.core.row_rules import Frozen, Kept, StoredCheck, says_something
from dms.core.scope import GroupWide, StoreScoped
from dms.core.untyped import Option
from dms.core.updated_at import UpdatedAt
from dms.formats import folding, pinyin
from dms.models import Reason, Store, User


class QuantityField(models.DecimalField[Any, Any]):
    """NUMERIC(12,2): pieces, litres, metres."""

    def __init__(self, *args: Option, **kwargs: Option) -> None:
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


class NumberCode(Func):
    """How Postgres folds a part number (parts/migrations/sql/number_code.sql)."""

    function = "parts_number_code"
    arity = 1
    output_field = models.CharField()


class PartQuerySet(GroupWide["Part"]):
    def numbered(self, text: str) -> Self:
        """The part of exactly this number, however it is written."""
        return self.filter(number_code=folding.code(text))

    def matching(self, text: str) -> Self:
        """A scanned or typed number, a name, pinyin or initials."""
        return self.filter(named(text.strip()))


def named(text: str, path: str = "") -> Q:
    """Rows whose part is called so; ``path`` leads from the row to the part."""
    named = Q(**{f"{path}number_code__contains": folding.code(text)}) | Q(**{f"{path}name__contains": text})
    if letters := pinyin.typed(text):
        named |= Q(**{f"{path}name_key__startswith": letters}) | Q(**{f"{path}name_key__contains": f" {letters}"})
    # Chinese typed into an English name finds nothing; the index is left alone.
    if text.isascii():
        named |= Q(**{f"{path}name_en__icontains": text})
    return named


SLOW_AFTER = timedelta(days=183)
"""A part that did not stir so long is slow stock."""


class Part(UpdatedAt, Bilingual):
    """A part number of the group. A superseded number points to the one that replaces it."""

    class Handling(models.TextChoices):
        NORMAL = "NORMAL", pgettext_lazy("handling", "Normal")
        HAZARD = "HAZARD", pgettext_lazy("handling", "Hazardous")
        FRAGILE = "FRAGILE", pgettext_lazy("handling", "Fragile")

    number = models.CharField(_("part number"), max_length=40, help_text=_("As it is printed."))
    number_code = models.CharField(max_length=40, editable=False, default="")
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    name_key = models.CharField(max_length=120, editable=False, default="", db_index=True)
    unit = models.CharField(_("unit"), max_length=10)
    category = models.CharField(_("category"), max_length=40, blank=True)
    genuine = models.BooleanField(_("genuine part"), default=True)
    price = MoneyField(_("retail price"), default=Decimal(0))
    handling = models.CharField(_("handling"), max_length=8, choices=Handling.choices, default=Handling.NORMAL)
    fits = models.CharField(_("fits"), max_length=200, blank=True)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes", verbose_name=_("superseded by")
    )
    active = models.BooleanField(_("active"), default=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering = ["number"]
        indexes = [
            GinIndex(OpClass(F("number_code"), name="gin_trgm_ops"), name="part_number_code_trgm"),
            GinIndex(OpClass(F("name"), name="gin_trgm_ops"), name="part_name_trgm"),
            models.Index(fields=["updated_at"], name="part_updated_at"),
            models.Index(fields=["number"], name="part_number"),
        ]
        constraints = [
            # Numbers are scanned: what a label cannot print was mistyped.
            models.CheckConstraint(
                name="part_number_form",
                condition=Q(number__regex=r"^[A-Za-z0-9]([A-Za-z0-9 ./-]*[A-Za-z0-9./-])?$"),
                violation_error_message=_("A part number has letters, digits, blanks, dots, slashes and dashes."),
            ),
            # Kept as printed, known by its code: two spellings of one number are one part, whoever writes the row.
            StoredCheck(
                name="part_number_code_true",
                condition=Q(number_code=NumberCode(F("number"))),
                violation_error_message=_("The code of a part number is that of its spelling."),
            ),
            # Two clerks register the part of one carton: stock on two numbers is short on both.
            models.UniqueConstraint(
                fields=["number_code"],
                name="part_number_once",
                violation_error_message=_("There is a part of this number already."),
            ),
            # A price below zero would pay the customer for every piece taken.
            models.CheckConstraint(
                name="part_price_not_negative",
                condition=Q(price__gte=0),
                violation_error_message=_("A price is not negative."),
            ),
            # Who follows the successors to the one that is delivered today would never arrive.
            models.CheckConstraint(
                name="part_not_superseded_by_itself",
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("id")),
                violation_error_message=_("A part cannot replace itself."),
            ),
            says_something("part", "name"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.local_name}"

    def save(self, *args: Option, **kwargs: Option) -> None:
        """Keep the key of the name and the code of the number beside them."""
        self.number = printed(self.number)
        self.name_key, self.number_code = pinyin.word_key(self.name), folding.code(self.number)
        # Saved alone, a new spelling would be found under the old code, and the constraint refuse it.
        if (fields := kwargs.get("update_fields")) is not None and {"name", "number"} & set(fields):
            kwargs["update_fields"] = [*fields, "name_key", "number_code"]
        super().save(*args, **kwargs)


def printed(number: str) -> str:
    """A part number as its label shows it: narrow letters, single blanks."""
    # A Chinese keyboard types wide letters; the scanner reads narrow ones.
    return " ".join(unicodedata.normalize("NFKC", number).split())


class Bin(models.Model):
    """A place in a store's parts room, as its label reads."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="bins", verbose_name=_("store"))
    code = models.CharField(_("bin"), max_length=20)

    objects = StoreScoped["Bin"].as_manager()

    class Meta:
        verbose_name = _("bin")
        verbose_name_plural = _("bins")
        ordering = ["code"]
        constraints = [
            # Two clerks scan a new label at once: one place, one bin.
            models.UniqueConstraint(
                fields=["store", "code"],
                name="bin_unique_in_store",
                violation_error_message=_("This bin exists already."),
            ),
            says_something("bin", "code"),
            Frozen(name="bin_store_frozen", fields=["store"]),
        ]

    def __str__(self) -> str:
        return self.code


class StockQuerySet(StoreScoped["Stock"]):
    lock_with = ("part", "store", "bin")

    def matching(self, text: str) -> Self:
        """A scanned or typed number, a name, pinyin or initials, a bin."""
        text = text.strip()
        return self.filter(named(text, "part__") | Q(bin__code=text.upper()))

    def below_minimum(self) -> Self:
        # Reserved pieces are gone already for whoever plans: they leave the shelf with their car.
        return self.filter(minimum__gt=0, on_hand__lt=F("minimum") + F("reserved"))

    def out(self) -> Self:
        return self.filter(on_hand__lte=F("reserved"), minimum__gt=0)

    def slow(self, at: datetime) -> Self:
        """On the shelf, and in half a year none was issued nor any came."""
        since = at - SLOW_AFTER
        # New goods are not slow: what came in lately has had no time to go out.
        stirred = StockMove.objects.filter(stock=models.OuterRef("pk"), at__gte=since)
        never = Q(last_issue_at__isnull=True) & ~models.Exists(stirred)
        return self.filter(Q(last_issue_at__lt=since) | never, on_hand__gt=0)


class Stock(UpdatedAt):
    """One part in one store. ``on_hand``, ``reserved`` and ``average_cost`` are written by triggers on the moves, never by hand."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="stock", verbose_name=_("store"))
    part = models.ForeignKey(Part, models.PROTECT, related_name="stock", verbose_name=_("part"))
    bin = models.ForeignKey(Bin, models.PROTECT, null=True, blank=True, related_name="stock", verbose_name=_("bin"))
    on_hand = QuantityField(_("on hand"), default=Decimal(0), editable=False)
    reserved = QuantityField(_("reserved"), default=Decimal(0), editable=False)
    # Four decimals: of clips bought by the hundred one costs a fraction of a cent.
    average_cost = models.DecimalField(
        _("average cost"), max_digits=14, decimal_places=4, default=Decimal(0), editable=False
    )
    minimum = QuantityField(_("minimum"), default=Decimal(0))
    maximum = QuantityField(_("maximum"), default=Decimal(0))
    last_issue_at = models.DateTimeField(_("last issued"), null=True, editable=False)

    objects = StockQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        ordering = ["part__number"]
        indexes = [models.Index(fields=["updated_at"], name="stock_updated_at")]
        constraints = [
            # Clerks queue at this one row: with two, a part would be short on one and lie idle on the other.
            models.UniqueConstraint(fields=["store", "part"], name="stock_one_row_per_part"),
            # The last piece has one taker: clerks queue at the row, and what they both want is decided here.
            models.CheckConstraint(
                name="stock_never_negative",
                condition=Q(on_hand__gte=0),
                violation_error_message=_("There is not so much on hand."),
            ),
            # Reserved here and issued there at once: pieces kept for one car go to no other.
            models.CheckConstraint(
                name="stock_reserved_within_on_hand",
                condition=Q(reserved__gte=0) & Q(reserved__lte=F("on_hand")),
                violation_error_message=_("What is reserved for others cannot be taken."),
            ),
            # Orders fill up from minimum to maximum: crossed, nothing or less than nothing would be ordered.
            models.CheckConstraint(
                name="stock_minimum_below_maximum",
                condition=Q(minimum__gte=0) & Q(maximum__gte=F("minimum")),
                violation_error_message=_("The maximum must not be below the minimum."),
            ),
            # Its moves were of this part in this store: a row that moved would take them along.
            Frozen(name="stock_frozen", fields=["store", "part"]),
            Kept(name="stock_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.part.number} @ {self.store}"

    @property
    def available(self) -> Decimal:
        free: Decimal = self.on_hand - self.reserved
        return free

    @property
    def value(self) -> Decimal:
        """Worth at average cost, in CNY."""
        worth: Decimal = self.on_hand * self.average_cost
        return worth


class MoveQuerySet(StoreScoped["StockMove"]):
    store_path = "stock__store"


class StockMove(UpdatedAt):
    """What came or went, append-only. A correction is a counter-move that names what it reverses."""

    class Kind(models.TextChoices):
        RECEIPT = "RECEIPT", pgettext_lazy("move", "Receipt")
        ISSUE = "ISSUE", pgettext_lazy("move", "Issue")
        RETURN = "RETURN", pgettext_lazy("move", "Return")
        TRANSFER_OUT = "TRANSFER_OUT", pgettext_lazy("move", "Transfer out")
        TRANSFER_IN = "TRANSFER_IN", pgettext_lazy("move", "Transfer in")
        COUNT = "COUNT", pgettext_lazy("move", "Count difference")
        CLAIM = "CLAIM", pgettext_lazy("move", "Claim")

    COMING = (Kind.RECEIPT, Kind.RETURN, Kind.TRANSFER_IN)
    GOING = (Kind.ISSUE, Kind.TRANSFER_OUT, Kind.CLAIM)

    stock = models.ForeignKey(Stock, models.PROTECT, related_name="moves", verbose_name=_("stock"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    quantity = QuantityField(_("quantity"), help_text=_("Positive comes, negative goes."))
    # As the average it goes into: rounded to the cent the worth of the shelf would drift.
    unit_cost = models.DecimalField(_("unit cost"), max_digits=14, decimal_places=4)
    source_line = models.CharField(_("for"), max_length=60, blank=True)
    reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason")
    )
    note = models.CharField(_("note"), max_length=120, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    signed_by = models.CharField(_("signed by"), max_length=40, blank=True)
    bin = models.ForeignKey(Bin, models.PROTECT, null=True, related_name="+", verbose_name=_("bin"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    key = models.CharField(max_length=120, unique=True)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")

    objects = MoveQuerySet.as_manager()
    TRIGGERS = {
        "move_returns_what_went": _("No more comes back than went out with this issue."),
        "move_arrives_as_sent": _("No more arrives than another store has sent."),
    }

    class Meta:
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["stock", "-at"], name="move_stock"),
            models.Index(fields=["source_line"], name="move_source"),
            models.Index(fields=["at"], name="move_at"),
            models.Index(fields=["updated_at"], name="stockmove_updated_at"),
        ]
        constraints = [
            # The stock adds up quantities without looking at the kind: a receipt of less than nothing would
            # go out.
            models.CheckConstraint(
                name="move_sign_follows_kind",
                condition=(Q(kind__in=["RECEIPT", "RETURN", "TRANSFER_IN"]) & Q(quantity__gt=0))
                | (Q(kind__in=["ISSUE", "TRANSFER_OUT", "CLAIM"]) & Q(quantity__lt=0))
                | (Q(kind="COUNT") & ~Q(quantity=0)),
            ),
            # One cost below zero and the average of all pieces is wrong from then on.
            models.CheckConstraint(name="move_cost_not_negative", condition=Q(unit_cost__gte=0)),
            # What is missing at the count is looked for by these: for which line it went out, and who took
            # it.
            models.CheckConstraint(
                name="move_issue_is_signed",
                condition=~Q(kind="ISSUE") | Q(signed_by__regex=r"\S", source_line__regex=r"\S"),
                violation_error_message=_("An issue names the line it is for and who signed."),
            ),
            # Theft hides in count differences: each says why, and who posted it.
            models.CheckConstraint(
                name="move_difference_has_reason",
                condition=~Q(kind="COUNT") | Q(reason__isnull=False),
                violation_error_message=_("Choose why the count differs."),
            ),
            says_something("stockmove", "key"),
            # What leaves for another store or the factory names the paper it goes with.
            models.CheckConstraint(
                name="move_sent_with_document",
                condition=~Q(kind__in=["TRANSFER_OUT", "CLAIM"]) | Q(source_line__regex=r"\S"),
                violation_error_message=_("Name the document the pieces go with."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity}"


class ReservationQuerySet(StoreScoped["Reservation"]):
    store_path = "stock__store"

    def live(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Reservation(UpdatedAt):
    """Pieces kept for one line until they are issued or released."""

    stock = models.ForeignKey(Stock, models.PROTECT, related_name="reservations", verbose_name=_("stock"))
    quantity = QuantityField(_("quantity"))
    source_line = models.CharField(_("for"), max_length=60)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["-at"]
        indexes = [models.Index(fields=["updated_at"], name="reservation_updated_at")]
        constraints = [
            # A reservation below zero would free what is kept for somebody else.
            models.CheckConstraint(name="reservation_positive", condition=Q(quantity__gt=0)),
            # The same line reserved from two screens would keep its pieces twice, away from everybody.
            models.UniqueConstraint(
                fields=["stock", "source_line"], condition=Q(ended_at__isnull=True), name="reservation_once_per_line"
            ),
            says_something("reservation", "source_line"),
            Frozen(name="reservation_frozen", but=["ended_at"]),
            # Its pieces were freed when it ended: open again they would be counted on without being there.
            Frozen(name="reservation_end_frozen", fields=["ended_at"], once=True),
            Kept(name="reservation_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.source_line}"


class LostSale(UpdatedAt):
    """A part somebody wanted and we did not have: true demand is issues plus these. One key writes it down."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    part = models.ForeignKey(Part, models.PROTECT, related_name="lost_sales", verbose_name=_("part"))
    quantity = QuantityField(_("quantity"), default=Decimal(1))
    reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason")
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = StoreScoped["LostSale"].as_manager()

    class Meta:
        verbose_name = _("lost sale")
        verbose_name_plural = _("lost sales")
        ordering = ["-at"]
        indexes = [models.Index(fields=["updated_at"], name="lostsale_updated_at")]
        # True demand is what went out plus this: a negative wish would hide a shortage.
        constraints = [models.CheckConstraint(name="lostsale_positive", condition=Q(quantity__gt=0))]

    def __str__(self) -> str:
        return f"{self.part} × {self.quantity}"
