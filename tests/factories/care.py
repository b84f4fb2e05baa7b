"""Customer care: follow-ups and contacts, letters, recalls."""

import datetime as dt
from typing import NamedTuple

from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from crm.actions.care import Said, record_call, record_contact, start_cadence
from crm.actions.complaints import open_complaint
from crm.models import (
    CadencePreset,
    Complaint,
    Consent,
    Contact,
    Customer,
    CustomerStore,
    FollowUp,
    Letter,
    Ownership,
    Phone,
    Question,
    RecallCampaign,
    RecallEntry,
    Survey,
    Vehicle,
    VehicleStore,
)
from crm.questions import Answers
from dms.formats import folding
from dms.models import Store, User, Variant
from tests.factories.base import ActFactory, SharedFactory, member
from tests.factories.customers import CustomerFactory, VehicleFactory
from tests.factories.people import StoreFactory

NAMES = "谷雨清明立夏芒种小暑大暑立秋处暑白露秋分寒露霜降立冬小雪大雪冬至"


class FollowUpFactory(ActFactory[FollowUp]):
    """The last of the promises that begin with an event in a car's life, by default its delivery now."""

    class Meta:
        model = FollowUp

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.adviser)
    vehicle = SubFactory(VehicleFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    trigger = "DELIVERY"
    anchor = LazyFunction(timezone.now)

    @staticmethod
    def act(*, vehicle: Vehicle, store: Store, by: User, trigger: str, anchor: dt.datetime) -> FollowUp:
        owner = vehicle.ownerships.get().customer
        return start_cadence(trigger, customer=owner, vehicle=vehicle, store=store, anchor=anchor, by=by)[-1]


class ContactFactory(ActFactory[Contact]):
    class Meta:
        model = Contact

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.callback)
    customer = SubFactory(CustomerFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    said = Said("DONE")

    @staticmethod
    def act(*, customer: Customer, store: Store, by: User, said: Said) -> Contact:
        return record_contact(customer, by=by, said=said, store=store)


class ConsentFactory(DjangoModelFactory[Consent]):
    class Meta:
        model = Consent

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.callback)
    customer = SubFactory(CustomerFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    purpose = "MARKETING"
    channel = "CALL"
    given = True
    how = "SPOKEN"


class ComplaintFactory(ActFactory[Complaint]):
    class Meta:
        model = Complaint

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.callback)
    vehicle = SubFactory(VehicleFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    words = "等了三个小时"

    @staticmethod
    def act(*, vehicle: Vehicle, store: Store, by: User, words: str) -> Complaint:
        owner = vehicle.ownerships.get().customer
        return open_complaint(owner, words=words, by=by, store=store, vehicle=vehicle)


class SurveyFactory(ActFactory[Survey]):
    """What an owner answers in the call a week after the delivery; by default they would bring others."""

    class Meta:
        model = Survey

    store = SubFactory(StoreFactory)
    by = member(lambda cast: cast.callback)
    vehicle = SubFactory(VehicleFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    nps = 9
    said = "都好"
    declined = False

    @staticmethod
    def act(*, vehicle: Vehicle, store: Store, by: User, nps: int, said: str, declined: bool) -> Survey:
        owner = vehicle.ownerships.get().customer
        begun = start_cadence("DELIVERY", customer=owner, vehicle=vehicle, store=store, anchor=timezone.now(), by=by)
        call = next(row for row in begun if row.cadence.code == "service_call")
        answers = Answers(declined=True) if declined else Answers(answers_of(call, nps=nps))
        contact = record_call(call, by=by, result="DONE", said=said, survey=answers)
        return contact.surveys.get()


def answers_of(call: FollowUp, **values: int) -> dict[int, int]:
    """Answers to the questions of a call's rule, named by their codes."""
    questions = Question.objects.filter(questionnaire=call.cadence.questionnaire)
    return {questions.get(code=code).pk: value for code, value in values.items()}


class LetterFactory(DjangoModelFactory[Letter]):
    class Meta:
        model = Letter

    class Params:
        by = member(lambda cast: cast.callback)

    store = SubFactory(StoreFactory)
    customer = SubFactory(CustomerFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    number = Sequence(lambda number: f"LT-{number}")
    kind = "THANKS"
    title = "感谢"
    body = "感谢"
    addressee = "半夏"


class RecallCampaignFactory(DjangoModelFactory[RecallCampaign]):
    class Meta:
        model = RecallCampaign

    class Params:
        by = None

    store = SubFactory(StoreFactory)
    number = Sequence(lambda number: f"RC-{number}")
    month = Sequence(lambda number: dt.date(2026 + number // 12 % 70, number % 12 + 1, 1))


class RecallEntryFactory(DjangoModelFactory[RecallEntry]):
    class Meta:
        model = RecallEntry

    class Params:
        by = member(lambda cast: cast.callback)

    store = SubFactory(StoreFactory)
    campaign = SubFactory(RecallCampaignFactory, store=SelfAttribute("..store"))
    vehicle = SubFactory(VehicleFactory, store=SelfAttribute("..store"), by=SelfAttribute("..by"))
    customer = LazyAttribute(lambda row: row.vehicle.ownerships.get().customer)
    due_month = SelfAttribute("campaign.month")


class CadencePresetFactory(SharedFactory[CadencePreset]):
    class Meta:
        model = CadencePreset

    code = Sequence(lambda number: f"P{number}")
    name = "方案"


class Owner(NamedTuple):
    customer: Customer
    vehicle: Vehicle


def owners(
    store: Store, count: int, *, bought_on: dt.date = dt.date(2026, 5, 20), variant: Variant | None = None
) -> list[Owner]:
    """So many customers with a car each, made in a few statements."""
    start = Customer.objects.count()
    customers = Customer.objects.bulk_create(
        Customer(name=NAMES[number % 16 * 2 :][:2], name_key="x", salutation="MS", address="锦江区红星路1号")
        for number in range(count)
    )
    Phone.objects.bulk_create(
        Phone(customer=row, number=f"139{start + number:08}", tail=f"{start + number:04}"[-4:], is_primary=True)
        for number, row in enumerate(customers)
    )
    vehicles = Vehicle.objects.bulk_create(
        Vehicle(plate=plate, plate_code=folding.code(plate), model_text="星野 S5", bought_on=bought_on, variant=variant)
        for plate in (f"川A{start + number:05}" for number in range(count))
    )
    Ownership.objects.bulk_create(
        Ownership(vehicle=car, customer=row, since=bought_on) for row, car in zip(customers, vehicles, strict=True)
    )
    CustomerStore.objects.bulk_create(CustomerStore(customer=row, store=store) for row in customers)
    VehicleStore.objects.bulk_create(VehicleStore(vehicle=row, store=store) for row in vehicles)
    return [Owner(*pair) for pair in zip(customers, vehicles, strict=True)]
