"""One row of each kind that a URL or a list is about: ``ROWS["order"](store=store, by=user)``."""

from collections.abc import Callable, Mapping
from functools import partial

from axes.models import AccessAttempt
from django.db.models import Model
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from crm.models import Questionnaire
from dms.models import Event, Store, User
from dms.records import events
from dms.records.own_events import USER_UNLOCKED
from sales.actions.register import leave
from sales.models import ShowroomVisit
from tests import factories


def store(*, store: Store, by: User) -> Store:
    return store


def event(*, store: Store, by: User) -> Event:
    return events.record(USER_UNLOCKED, by, by=by, store=store)


def left_visit(*, store: Store, by: User) -> ShowroomVisit:
    return leave(factories.ShowroomVisitFactory.create(store=store, by=by), by=by)


def locked_user(*, store: Store, by: User) -> User:
    user = factories.UserFactory.create(store=store)
    AccessAttempt.objects.create(username=user.username, failures_since_start=5, attempt_time=timezone.now())
    return user


def two_factor_user(*, store: Store, by: User) -> User:
    user = factories.UserFactory.create(store=store)
    TOTPDevice.objects.create(user=user, name="dms")
    return user


ROWS: Mapping[str, Callable[..., Model]] = {
    "store": store,
    "event": event,
    "locked_user": locked_user,
    "two_factor_user": two_factor_user,
    "gone_user": partial(factories.UserFactory.create, is_active=False),
    "user": partial(factories.UserFactory.create, reachable=True),
    "absence": factories.AbsenceFactory.create,
    "job": factories.JobFactory.create,
    "ended_job": partial(factories.JobFactory.create, failed=True),
    "message": factories.MessageFactory.create,
    "failed_message": partial(factories.MessageFactory.create, failed=True),
    "attachment": factories.AttachmentFactory.create,
    "token": factories.ApiTokenFactory.create,
    "brand": factories.BrandFactory.create,
    "series": factories.SeriesFactory.create,
    "variant": factories.VariantFactory.create,
    "colour": factories.ColourFactory.create,
    "reason": factories.ReasonFactory.create,
    "rate": factories.RateFactory.create,
    "number_series": factories.NumberSeriesFactory.create,
    "customer": factories.CustomerFactory.create,
    "phone": factories.PhoneFactory.create,
    "merge": factories.CustomerMergeFactory.create,
    "vehicle": factories.VehicleFactory.create,
    "invoice": factories.InvoiceFactory.create,
    "payment": factories.PaymentFactory.create,
    "follow_up": factories.FollowUpFactory.create,
    "questionnaire": lambda **_at: Questionnaire.objects.get(code="service"),
    "survey": factories.SurveyFactory.create,
    "complaint": factories.ComplaintFactory.create,
    "contact": factories.ContactFactory.create,
    "letter": factories.LetterFactory.create,
    "recall": factories.RecallCampaignFactory.create,
    "recall_entry": factories.RecallEntryFactory.create,
    "preset": factories.CadencePresetFactory.create,
    "part": factories.PartFactory.create,
    "stock": factories.StockFactory.create,
    "move": factories.StockMoveFactory.create,
    "reservation": factories.ReservationFactory.create,
    "lost_sale": factories.LostSaleFactory.create,
    "visit": factories.ShowroomVisitFactory.create,
    "left_visit": left_visit,
    "unfilled_visit": partial(factories.ShowroomVisitFactory.create, name="", phone=""),
    "rota_place": factories.RotaPlaceFactory.create,
    "lead": factories.LeadFactory.create,
    "contact_row": factories.LeadContactFactory.create,
    "quote": factories.QuoteFactory.create,
    "draft_order": partial(factories.OrderFactory.create, status="DRAFT"),
    "pending_order": partial(factories.OrderFactory.create, status="PENDING_APPROVAL"),
    "order": factories.OrderFactory.create,
    "allocated_order": partial(factories.OrderFactory.create, status="ALLOCATED"),
    "ready_order": partial(factories.OrderFactory.create, status="READY"),
    "coming_car": partial(factories.StockCarFactory.create, arrived=False),
    "stock_car": factories.StockCarFactory.create,
    "delivery_sheet": factories.DeliverySheetFactory.create,
    "owner_card": factories.OwnerCardFactory.create,
    "bay": factories.BayFactory.create,
    "operation": factories.LabourOperationFactory.create,
    "shop_hour": factories.ShopHourFactory.create,
    "appointment": factories.AppointmentFactory.create,
    "work_order": factories.WorkOrderFactory.create,
    "estimated_order": partial(factories.WorkOrderFactory.create, stage="estimated"),
    "work_line": factories.WorkLineFactory.create,
    "finding": factories.FindingFactory.create,
    "addendum": factories.AddendumFactory.create,
}
