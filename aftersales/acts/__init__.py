"""What may be done to appointments, work orders and their lines: who may, when, and how it is called."""

from aftersales.acts.appointments import APPOINTMENT
from aftersales.acts.findings import FINDING
from aftersales.acts.lines import WORK_LINE
from aftersales.acts.work_orders import WORK_ORDER

__all__ = ["APPOINTMENT", "FINDING", "WORK_LINE", "WORK_ORDER"]
