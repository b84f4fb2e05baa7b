"""Customers and vehicles, which belong to the group and know the stores they have dealt with; promises, contacts, letters."""

from crm.models.billing import Invoice, InvoiceLine, Payment, Refund
from crm.models.care import Cadence, FollowUp
from crm.models.complaints import Complaint, ComplaintKind
from crm.models.consents import Consent, ConsentDefault
from crm.models.contacts import Answer, Contact, NextStep, Result
from crm.models.customers import ContactPerson, Customer, CustomerStore, Phone
from crm.models.escalation import EscalationStep
from crm.models.letters import FormerWords, Letter, LetterTemplate
from crm.models.merges import CustomerMerge
from crm.models.presets import CadencePreset, StorePreset
from crm.models.purposes import ConsentChannel, Ground, Purpose
from crm.models.recall import RecallCampaign, RecallEntry, ServiceRecord
from crm.models.surveys import Question, Questionnaire, Survey, SurveyAnswer, SurveyPerson
from crm.models.triggers import CareChannel, Festival, Trigger
from crm.models.vehicles import MileageReading, Misreading, Ownership, Vehicle, VehicleStore

__all__ = [
    "Answer",
    "Cadence",
    "CadencePreset",
    "CareChannel",
    "Complaint",
    "ComplaintKind",
    "Consent",
    "ConsentChannel",
    "ConsentDefault",
    "Contact",
    "ContactPerson",
    "Customer",
    "CustomerMerge",
    "CustomerStore",
    "EscalationStep",
    "Festival",
    "FollowUp",
    "FormerWords",
    "Ground",
    "Invoice",
    "InvoiceLine",
    "Letter",
    "LetterTemplate",
    "MileageReading",
    "Misreading",
    "NextStep",
    "Ownership",
    "Payment",
    "Phone",
    "Purpose",
    "Question",
    "Questionnaire",
    "RecallCampaign",
    "RecallEntry",
    "Refund",
    "Result",
    "ServiceRecord",
    "StorePreset",
    "Survey",
    "SurveyAnswer",
    "SurveyPerson",
    "Trigger",
    "Vehicle",
    "VehicleStore",
]
