"""What customers and vehicles put into the layout."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.acts import CONTACT, CREDIT, CUSTOMER, FOLLOW_UP, INVOICE, MERGE, RECALL, RECALL_ENTRY, VEHICLE
from crm.complaint_acts import COMPLAINT
from crm.models import Complaint, FollowUp, Invoice, Letter, RecallEntry, Survey
from crm.survey_acts import SURVEY
from dms.navigation import registry
from dms.navigation.registry import Lane, NewEntry, Tab

registry.tabs(
    "crm",
    Tab(
        pgettext_lazy("tab", "Callback desk"),
        "crm:call_desk",
        "crm.call",
        "headset",
        ("crm:call", *FOLLOW_UP.url_names()),
        order=10,
    ),
    Tab(
        pgettext_lazy("tab", "Recall"),
        "crm:recall",
        "crm.call",
        "calendar-repeat",
        (*RECALL.url_names(), *RECALL_ENTRY.url_names()),
        order=20,
    ),
    Tab(
        pgettext_lazy("tab", "Customers"),
        "crm:customers",
        "crm.view",
        "users",
        ("crm:customer", "crm:customer_new", "crm:customer_duplicates", *CUSTOMER.url_names(), *MERGE.url_names()),
        order=30,
    ),
    Tab(
        pgettext_lazy("tab", "Vehicles"),
        "crm:vehicles",
        "crm.view",
        "car",
        ("crm:vehicle", *VEHICLE.url_names()),
        order=40,
    ),
    Tab(
        pgettext_lazy("tab", "Complaints"),
        "crm:complaints",
        "crm.edit",
        "alert-triangle",
        ("crm:complaint", *COMPLAINT.url_names()),
        order=15,
    ),
    Tab(
        pgettext_lazy("tab", "Satisfaction"),
        "crm:satisfaction",
        "crm.manage",
        "mood-smile",
        ("crm:surveys", "crm:survey", *SURVEY.url_names()),
        order=17,
    ),
    Tab(pgettext_lazy("tab", "Letters"), "crm:letters", "crm.call", "mail", order=50),
    Tab(
        pgettext_lazy("tab", "Care"),
        "crm:cadences",
        "crm.call",
        "heart-handshake",
        (
            "crm:follow_ups",
            "crm:contacts",
            "crm:care_files",
            "crm:care_records",
            "crm:care_register",
            "crm:care_letters",
            "crm:promises",
            *CONTACT.url_names(),
        ),
        order=60,
    ),
    Tab(
        pgettext_lazy("tab", "Cashier"),
        "crm:invoices",
        "billing.take",
        "cash",
        ("crm:invoice", *INVOICE.url_names(), *CREDIT.url_names()),
        order=90,
    ),
)
registry.new_entries.append(NewEntry(_("Register customer"), "crm:customer_new", "crm.edit", "user-plus"))
registry.lanes.extend(
    [
        Lane(
            "crm",
            pgettext_lazy("lane", "Follow-ups"),
            FollowUp,
            ("PENDING", "DONE", "UNREACHABLE"),
            "crm:follow_ups",
            "crm.call",
            "due_from",
            limit_minutes=3 * 24 * 60,
            over=("DONE", "UNREACHABLE"),
            due_by="due_by",
        ),
        Lane(
            "crm",
            pgettext_lazy("lane", "Complaints"),
            Complaint,
            ("OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED"),
            "crm:complaints",
            "crm.edit",
            "status_at",
            limit_minutes=3 * 24 * 60,
            over=("CLOSED",),
        ),
        Lane(
            "crm",
            pgettext_lazy("lane", "Recall"),
            RecallEntry,
            ("LISTED", "PRINTED", "MAILED", "CALLED", "BOOKED", "CAME"),
            "crm:recall",
            "crm.call",
            "listed_at",
            limit_minutes=30 * 24 * 60,
        ),
    ]
)
registry.subject_pages.update(
    {
        Complaint: ("crm:complaint", "crm.edit"),
        FollowUp: ("crm:call", "crm.call"),
        Invoice: ("crm:invoice", "billing.take"),
        Letter: ("crm:letter_pdf", "crm.call"),
        Survey: ("crm:survey", "crm.call"),
    }
)
