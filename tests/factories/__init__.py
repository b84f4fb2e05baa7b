"""The rows of the tests. Every factory takes ``store`` and ``by``; rows at later stages are brought there by the business acts.

cast = Cast(store)                                    the people of a store
OrderFactory.create(status="ALLOCATED")               in the first store, by its people
WorkOrderFactory.create(stage="ready", store=store)   in another one
"""

from tests.factories.base import fresh
from tests.factories.care import (
    CadencePresetFactory,
    ContactFactory,
    FollowUpFactory,
    LetterFactory,
    RecallCampaignFactory,
    RecallEntryFactory,
    owners,
)
from tests.factories.customers import CustomerFactory, InvoiceFactory, PaymentFactory, PhoneFactory, VehicleFactory
from tests.factories.group import (
    BrandFactory,
    ColourFactory,
    NumberSeriesFactory,
    RateFactory,
    ReasonFactory,
    SeriesFactory,
    VariantFactory,
    reason,
    vin_of,
)
from tests.factories.parts import LostSaleFactory, PartFactory, ReservationFactory, StockFactory, StockMoveFactory
from tests.factories.people import Cast, StoreFactory, UserFactory, role_named
from tests.factories.records import (
    AbsenceFactory,
    ApiTokenFactory,
    AttachmentFactory,
    JobFactory,
    MessageFactory,
    end_work,
)
from tests.factories.sales import (
    DeliverySheetFactory,
    LeadContactFactory,
    LeadFactory,
    OrderFactory,
    OwnerCardFactory,
    QuoteFactory,
    RotaPlaceFactory,
    ShowroomVisitFactory,
    StockCarFactory,
    advance_order,
)
from tests.factories.workshop import (
    AppointmentFactory,
    BayFactory,
    LabourOperationFactory,
    ShopHourFactory,
    WorkLineFactory,
    WorkOrderFactory,
    advance_work_order,
    labour_of,
    operation,
    part_of,
)

__all__ = [
    "advance_order",
    "advance_work_order",
    "AbsenceFactory",
    "ApiTokenFactory",
    "AppointmentFactory",
    "AttachmentFactory",
    "BayFactory",
    "BrandFactory",
    "CadencePresetFactory",
    "Cast",
    "ColourFactory",
    "ContactFactory",
    "CustomerFactory",
    "CustomerMergeFactory",
    "DeliverySheetFactory",
    "FollowUpFactory",
    "InvoiceFactory",
    "JobFactory",
    "end_work",
    "LabourOperationFactory",
    "LeadFactory",
    "LeadContactFactory",
    "LetterFactory",
    "LostSaleFactory",
    "MessageFactory",
    "NumberSeriesFactory",
    "OrderFactory",
    "OwnerCardFactory",
    "PartFactory",
    "PaymentFactory",
    "PhoneFactory",
    "QuoteFactory",
    "RateFactory",
    "ReasonFactory",
    "RecallCampaignFactory",
    "RecallEntryFactory",
    "ReservationFactory",
    "RotaPlaceFactory",
    "SeriesFactory",
    "ShopHourFactory",
    "ShowroomVisitFactory",
    "StockCarFactory",
    "StockFactory",
    "StockMoveFactory",
    "StoreFactory",
    "UserFactory",
    "VariantFactory",
    "VehicleFactory",
    "WorkLineFactory",
    "WorkOrderFactory",
    "fresh",
    "labour_of",
    "operation",
    "owners",
    "part_of",
    "reason",
    "role_named",
    "vin_of",
]
