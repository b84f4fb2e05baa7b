"""The pages of customers and vehicles."""

from django.urls import path

from crm.acts import INVOICE
from crm.views import billing, cadences, call_desk, customers, letters, merging, recall, vehicles
from dms.web.act_views import act_paths

app_name = "crm"
urlpatterns = [
    path("customers/", customers.Customers.as_view(), name="customers"),
    path("customers/new/", customers.customer_new, name="customer_new"),
    path("customers/known/", customers.customer_known, name="customer_known"),
    path("customers/look-up/", customers.look_up, name="customer_look_up"),
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("customers/<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
    path("customers/<int:pk>/duplicates/", merging.duplicates, name="customer_duplicates"),
    path("customers/<int:pk>/merge/", merging.merge, name="customer_merge"),
    path("customers/<int:pk>/phones/", customers.phone_add, name="phone_add"),
    path("customers/<int:pk>/people/new/", customers.person_new, name="person_new"),
    path("customers/<int:pk>/vehicles/new/", vehicles.vehicle_new, name="vehicle_new"),
    path("phones/<int:pk>/reveal/", customers.phone_reveal, name="phone_reveal"),
    path("phones/<int:pk>/prefer/", customers.phone_prefer, name="phone_prefer"),
    path("phones/<int:pk>/remove/", customers.phone_remove, name="phone_remove"),
    path("vehicles/", vehicles.Vehicles.as_view(), name="vehicles"),
    path("vehicles/<int:pk>/", vehicles.vehicle, name="vehicle"),
    path("vehicles/<int:pk>/edit/", vehicles.vehicle_edit, name="vehicle_edit"),
    path("vehicles/<int:pk>/mileage/", vehicles.mileage, name="vehicle_mileage"),
    path("vehicles/<int:pk>/hand-over/", vehicles.hand_over, name="vehicle_hand_over"),
    path("calls/", call_desk.call_desk, name="call_desk"),
    path("calls/<int:pk>/", call_desk.call_desk, name="call"),
    path("calls/<int:pk>/record/", call_desk.call_record, name="call_record"),
    path("customers/<int:pk>/contact/", call_desk.contact_new, name="contact_new"),
    path("follow-ups/", call_desk.FollowUps.as_view(), name="follow_ups"),
    path("contacts/", call_desk.Contacts.as_view(), name="contacts"),
    path("letters/", letters.Letters.as_view(), name="letters"),
    path("letters/<int:pk>/", letters.letter_pdf, name="letter_pdf"),
    path("letters/<int:pk>/print/", letters.LetterAct.as_view(name="printed"), name="letter_print"),
    path("letters/<int:pk>/mail/", letters.LetterAct.as_view(name="mailed"), name="letter_mail"),
    path("recall/", recall.recall, name="recall"),
    path("recall/stores/<int:pk>/prepare/", recall.recall_prepare, name="recall_prepare"),
    path("recall/<int:pk>/print/", recall.RecallPrint.as_view(), name="recall_print"),
    path(
        "recall/<int:pk>/mail/", recall.RecallAct.as_view(name="mail", http_method_names=["post"]), name="recall_mail"
    ),
    path("recall/<int:pk>/plan/", recall.RecallAct.as_view(name="plan"), name="recall_plan"),
    path("recall/entries/<int:pk>/void/", recall.EntryVoid.as_view(), name="recall_void"),
    path("cadences/", cadences.cadences, name="cadences"),
    path("invoices/", billing.Invoices.as_view(), name="invoices"),
    path("invoices/<int:pk>/", billing.invoice, name="invoice"),
    *act_paths(INVOICE, "invoices/"),
    path("invoices/<int:pk>/credit/", billing.Credit.as_view(), name="invoice_credit"),
    path("invoices/<int:pk>/credit/end/", billing.CreditEnd.as_view(), name="invoice_credit_end"),
    path("payments/<int:pk>/receipt/", billing.receipt, name="receipt"),
]
