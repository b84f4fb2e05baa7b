"""The four tables of customer care: files, record of calls, register of calls, register of letters; list, file and paper."""

from collections.abc import Callable
from typing import ClassVar

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm import cells
from crm.filters import ContactFilter, FollowUpFilter, LetterFilter, VehicleFilter
from crm.models import CareChannel, Contact, FollowUp, Letter, MileageReading, Ownership, ServiceRecord, Vehicle
from dms.core.untyped import Facts, Option, Rows
from dms.formats import display
from dms.models import Store, User
from dms.views.lists import BaseListView
from dms.views.paper_list import OnPaper
from dms.web.columns import Column
from dms.web.segments import Segment


class CareTable(BaseListView):
    """One of the four tables; its sheet stands beside it."""

    right = "crm.call"
    paper: ClassVar[str] = ""

    def get_context_data(self, **kwargs: Option) -> Facts:
        asked = self.asked.urlencode()
        paper_url = reverse(self.paper) + (f"?{asked}" if asked else "")
        return super().get_context_data(paper_url=paper_url, **kwargs)


def owner_of(vehicle: Vehicle) -> Ownership | None:
    return next(iter(vehicle.ownerships.all()), None)


def owner_name(vehicle: Vehicle) -> str:
    owned = owner_of(vehicle)
    return str(owned.customer) if owned else ""


def owner_phone(vehicle: Vehicle) -> str:
    owned = owner_of(vehicle)
    return display.masked_phone(owned.customer.phone) if owned else ""


def owner_fact(name: str) -> Callable[[Vehicle], str]:
    def fact(vehicle: Vehicle) -> str:
        owned = owner_of(vehicle)
        return str(getattr(owned.customer, name) or "") if owned else ""

    return fact


class CustomerFiles(CareTable):
    """Each car with its owner, how they are reached, what it has run and what runs out."""

    model = Vehicle
    filterset_class = VehicleFilter
    export_key = "care-files"
    paper = "crm:care_files_pdf"
    columns = (
        Column(gettext_lazy("Customer"), owner_name, phone=True),
        Column(gettext_lazy("Phone"), owner_phone),
        Column(gettext_lazy("Address"), owner_fact("address"), look="text-truncate sub", width=40),
        Column(gettext_lazy("Call at"), owner_fact("best_time_to_call")),
        Column(gettext_lazy("Plate"), "plate", cell=cells.vehicle_name, phone=True, sort="plate"),
        Column(gettext_lazy("Model"), "model", width=24),
        Column(gettext_lazy("VIN"), cells.vin_tail, look="code"),
        Column(gettext_lazy("Bought"), "bought_on", "date"),
        Column(gettext_lazy("Mileage"), "last_km", "integer"),
        Column(gettext_lazy("Last maintenance"), "last_service", "date"),
        Column(gettext_lazy("Insured until"), "insurance_until", "date", sort="insurance"),
        Column(gettext_lazy("Inspection due"), "inspection_until", "date", sort="inspection"),
    )
    words = {
        "heading": gettext_lazy("Basic data of customer files"),
        "search_hint": gettext_lazy("Plate, VIN, owner"),
        "empty_title": gettext_lazy("No customer files yet"),
        "empty_text": gettext_lazy("They begin with a car that is sold or received."),
    }

    @classmethod
    def with_facts(cls, rows: Rows) -> Rows:
        """The owner of today, the last reading, the last maintenance: for all rows at once."""
        owned = Ownership.objects.filter(until__isnull=True, role=Ownership.Role.OWNER).select_related("customer")
        readings = MileageReading.objects.true().filter(vehicle=OuterRef("pk")).order_by("-at", "-pk").values("km")
        services = ServiceRecord.objects.filter(vehicle=OuterRef("pk")).order_by("-on").values("on")
        told: Rows = (
            rows.select_related("variant__series")
            .prefetch_related(Prefetch("ownerships", owned.prefetch_related("customer__phones")))
            .annotate(last_km=Subquery(readings[:1]), last_service=Subquery(services[:1]))
        )
        return told


def last_contact(follow_up: FollowUp) -> Contact | None:
    return next(iter(follow_up.answered), None) if hasattr(follow_up, "answered") else None


def came_of_it(follow_up: FollowUp) -> str:
    contact = last_contact(follow_up)
    return contact.get_result_display() if contact else ""


def was_said(follow_up: FollowUp) -> str:
    contact = last_contact(follow_up)
    return cells.said(contact) if contact else ""


class CallRecords(CareTable):
    """Each promised call with its tries, what came of it and what was said."""

    model = FollowUp
    filterset_class = FollowUpFilter
    export_key = "care-records"
    paper = "crm:care_records_pdf"
    related = ("cadence", "customer", "vehicle", "assignee", "deputy", "store")
    opens_on = (
        Segment(gettext_lazy("All"), "q="),
        Segment(pgettext_lazy("follow-up", "Due"), "status=PENDING"),
        Segment(pgettext_lazy("follow-up", "Done"), "status=DONE"),
    )
    columns = (
        Column(gettext_lazy("Customer"), "customer", cell=cells.called_customer, phone=True),
        Column(gettext_lazy("Plate"), "vehicle", cell=cells.car),
        Column(gettext_lazy("Occasion"), "cadence", width=24, phone=True),
        Column(gettext_lazy("Until"), "due_until", "moment", sort="until"),
        Column(pgettext_lazy("care", "Who"), "caller", cell=cells.caller),
        Column(gettext_lazy("Tries"), "attempts", "integer"),
        Column(pgettext_lazy("follow-up", "Ended"), "ended_at", "moment"),
        Column(gettext_lazy("Result"), came_of_it, phone=True),
        Column(gettext_lazy("What was said"), was_said, look="text-truncate sub", width=40),
        Column(pgettext_lazy("document", "State"), "status", "status"),
    )
    words = {
        "heading": gettext_lazy("Record of follow-up calls"),
        "search_hint": gettext_lazy("Name, phone, plate"),
        "empty_title": gettext_lazy("No follow-ups yet"),
        "empty_text": gettext_lazy("They begin with a delivery or a settled work order."),
    }

    @classmethod
    def rows_of(cls, user: User, store: Store | None) -> Rows:
        return FollowUp.objects.visible_to(user).of_store(store).to_call().order_by("-due_until", "-pk")

    @classmethod
    def with_facts(cls, rows: Rows) -> Rows:
        said = Contact.objects.counted().order_by("-at", "-pk").select_related("reason")
        return super().with_facts(rows).prefetch_related(Prefetch("contacts", said, to_attr="answered"))


class CallRegister(CareTable):
    """Every call, in or out, one line each, as it happened."""

    model = Contact
    filterset_class = ContactFilter
    export_key = "care-register"
    paper = "crm:care_register_pdf"
    related = ("customer", "vehicle", "by", "follow_up__cadence", "reason", "correction")
    prefetched = ("customer__phones",)
    columns = (
        Column(gettext_lazy("Time"), "at", "moment", sort="at", phone=True),
        Column(gettext_lazy("Direction"), "direction", "choice"),
        Column(gettext_lazy("Customer"), "customer", cell=cells.customer_of, phone=True),
        Column(gettext_lazy("Phone"), lambda contact: display.masked_phone(contact.customer.phone)),
        Column(gettext_lazy("Plate"), "vehicle", cell=cells.car),
        Column(gettext_lazy("Occasion"), "follow_up.cadence", width=24),
        Column(gettext_lazy("Result"), "result", "choice", cell=cells.result, phone=True),
        Column(gettext_lazy("What was said"), cells.said, look="text-truncate sub", width=40),
        Column(gettext_lazy("Next step"), cells.next_step, look="text-nowrap"),
        Column(pgettext_lazy("person", "By"), "by"),
    )
    words = {
        "heading": gettext_lazy("Register of follow-up calls"),
        "search_hint": gettext_lazy("Name, phone, plate"),
        "empty_title": gettext_lazy("No contacts yet"),
        "empty_text": gettext_lazy("Every call made at the callback desk stands here with its result."),
    }

    @classmethod
    def rows_of(cls, user: User, store: Store | None) -> QuerySet[Contact]:
        return Contact.objects.visible_to(user).of_store(store).counted().filter(channel=CareChannel.CALL)


class LetterRegister(CareTable):
    """Every letter with its address, printed and mailed when and by whom."""

    model = Letter
    filterset_class = LetterFilter
    export_key = "care-letters"
    paper = "crm:care_letters_pdf"
    related = ("customer", "vehicle", "store", "mailed_by")
    columns = (
        Column(gettext_lazy("Number"), "number", cell=cells.letter_number, phone=True, look="code"),
        Column(gettext_lazy("Addressee"), "addressee", cell=cells.addressee, phone=True),
        Column(gettext_lazy("Plate"), "vehicle", cell=cells.car),
        Column(gettext_lazy("Kind"), "kind", "choice"),
        Column(gettext_lazy("Address"), "address", look="text-truncate sub", width=40),
        Column(gettext_lazy("Written"), "written_at", "date", sort="written"),
        Column(gettext_lazy("Printed"), "printed_at", "date"),
        Column(gettext_lazy("Mailed"), "mailed_at", "date", phone=True),
        Column(pgettext_lazy("person", "By"), "mailed_by"),
    )
    words = {
        "heading": gettext_lazy("Register of follow-up letters"),
        "search_hint": gettext_lazy("Name, phone, plate"),
        "empty_title": gettext_lazy("No letters yet"),
        "empty_text": gettext_lazy(
            "Thank-you letters are written on the day of delivery, invitations by the monthly recall."
        ),
    }


class CustomerFilesPdf(OnPaper, CustomerFiles):
    """The same on paper."""

    export_key = ""


class CallRecordsPdf(OnPaper, CallRecords):
    """The same on paper."""

    export_key = ""


class CallRegisterPdf(OnPaper, CallRegister):
    """The same on paper."""

    export_key = ""


class LetterRegisterPdf(OnPaper, LetterRegister):
    """The same on paper."""

    export_key = ""
