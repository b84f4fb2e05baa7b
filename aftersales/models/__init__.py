"""From booking to gate pass: appointments, work orders and their lines, checks, settlement."""

from aftersales.models.appointments import Appointment, Bay, BookedHour, ShopHour
from aftersales.models.findings import Finding
from aftersales.models.lines import Authorisation, WorkLine
from aftersales.models.operations import LabourOperation
from aftersales.models.orders import CheckIn, HoldPeriod, PromiseChange, WorkOrder
from aftersales.models.papers import SignedPaper
from aftersales.models.release import GatePass, QualityCheck, Settlement

__all__ = [
    "Appointment",
    "Authorisation",
    "Bay",
    "BookedHour",
    "CheckIn",
    "Finding",
    "GatePass",
    "HoldPeriod",
    "LabourOperation",
    "PromiseChange",
    "QualityCheck",
    "Settlement",
    "ShopHour",
    "SignedPaper",
    "WorkLine",
    "WorkOrder",
]
