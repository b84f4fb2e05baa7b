"""The pages of customers and vehicles."""

from django.urls import path

from crm.acts import (
    CONTACT,
    CREDIT,
    CUSTOMER,
    FOLLOW_UP,
    INVOICE,
    LETTER,
    MERGE,
    PHONE,
    RECALL,
    RECALL_ENTRY,
    RECALL_OF_STORE,
    VEHICLE,
)
from crm.complaint_acts import COMPLAINT
from crm.open_work import CALLS, COMPLAINTS
from crm.survey_acts import SURVEY
from crm.views import (
    billing,
    cadences,
    call_desk,
    care_tables,
    complaints,
    customers,
    letters,
    merging,
    promises,
    recall,
    surveys,
    vehicles,
)
from dms.views.handing_over import hand_over_path
from dms.web.act_views import act_paths

app_name = "crm"
urlpatterns = [
    path("customers/", customers.Customers.as_view(), name="customers"),
    path("customers/new/", customers.CustomerNew.as_view(), name="customer_new"),
    path("customers/known/", customers.customer_known, name="customer_known"),
    path("customers/look-up/", customers.LookUp.as_view(), name="customer_look_up"),
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("customers/<int:pk>/duplicates/", merging.duplicates, name="customer_duplicates"),
    path("customers/<int:pk>/merge/", merging.Merge.as_view(), name="customer_merge"),  # compares them first
    *act_paths(CUSTOMER, "customers/", customers.CustomerAct),
    *act_paths(MERGE, "merges/"),
    path("phones/<int:pk>/reveal/", customers.PhoneReveal.as_view(), name="phone_reveal"),  # shows it where it stands
    *act_paths(PHONE, "phones/", customers.PhoneAct),
    path("vehicles/", vehicles.Vehicles.as_view(), name="vehicles"),
    path("vehicles/<int:pk>/", vehicles.vehicle, name="vehicle"),
    *act_paths(VEHICLE, "vehicles/", vehicles.VehicleAct),
    path("calls/", call_desk.call_desk, name="call_desk"),
    path("calls/<int:pk>/", call_desk.call_desk, name="call"),
    path("calls/<int:pk>/record/", call_desk.CallRecord.as_view(), name="call_record"),  # answers with the next call
    *act_paths(FOLLOW_UP, "calls/", call_desk.FollowUpAct),
    path("follow-ups/", call_desk.FollowUps.as_view(), name="follow_ups"),
    hand_over_path(CALLS, "follow-ups/"),
    path("contacts/", call_desk.Contacts.as_view(), name="contacts"),
    *act_paths(CONTACT, "contacts/"),
    path("complaints/", complaints.Complaints.as_view(), name="complaints"),
    path("complaints/<int:pk>/", complaints.complaint, name="complaint"),
    *act_paths(COMPLAINT, "complaints/", complaints.ComplaintAct),
    hand_over_path(COMPLAINTS, "complaints/"),
    path("surveys/", surveys.Surveys.as_view(), name="surveys"),
    path("surveys/<int:pk>/", surveys.survey, name="survey"),
    *act_paths(SURVEY, "surveys/", surveys.SurveyAct),
    path("satisfaction/", surveys.satisfaction_page, name="satisfaction"),
    path("survey/<str:token>/", surveys.survey_page, name="survey_page"),  # the customer's own, by a link
    path("letters/", letters.Letters.as_view(), name="letters"),
    path("letters/<int:pk>/pdf/", letters.letter_pdf, name="letter_pdf"),
    *act_paths(LETTER, "letters/", letters.LetterAct),
    path("care/files/", care_tables.CustomerFiles.as_view(), name="care_files"),
    path("care/files/pdf/", care_tables.CustomerFilesPdf.as_view(), name="care_files_pdf"),
    path("care/records/", care_tables.CallRecords.as_view(), name="care_records"),
    path("care/records/pdf/", care_tables.CallRecordsPdf.as_view(), name="care_records_pdf"),
    path("care/register/", care_tables.CallRegister.as_view(), name="care_register"),
    path("care/register/pdf/", care_tables.CallRegisterPdf.as_view(), name="care_register_pdf"),
    path("care/letters/", care_tables.LetterRegister.as_view(), name="care_letters"),
    path("care/letters/pdf/", care_tables.LetterRegisterPdf.as_view(), name="care_letters_pdf"),
    path("care/promises/", promises.promises, name="promises"),
    path("recall/", recall.recall, name="recall"),
    path("recall/prepare-all/", recall.prepare_all, name="recall_prepare_all"),
    path("recall/print-all/", recall.print_all, name="recall_print_all"),
    path("recall/mail-all/", recall.mail_all, name="recall_mail_all"),
    *act_paths(RECALL_OF_STORE, "recall/stores/", recall.RecallPrepare),
    *act_paths(RECALL, "recall/", recall.RecallAct),
    *act_paths(RECALL_ENTRY, "recall/entries/", recall.EntryAct),
    path("cadences/", cadences.cadences, name="cadences"),
    path("invoices/", billing.Invoices.as_view(), name="invoices"),
    path("invoices/<int:pk>/", billing.invoice, name="invoice"),
    *act_paths(INVOICE, "invoices/"),
    *act_paths(CREDIT, "invoices/", billing.CreditAct),
    path("payments/<int:pk>/pdf/", billing.receipt_pdf, name="receipt_pdf"),
]
