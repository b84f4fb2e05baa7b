"""What happens with customers and their cars, as the log calls it. One name for each: a slip is an import error."""

from django.utils.translation import gettext_lazy as _

from dms.core.event_words import event

CUSTOMER_REGISTERED = event("customer.registered", _("Customer registered"))
CUSTOMER_CHANGED = event("customer.changed", _("Customer file changed"))
CUSTOMER_PHONE_ADDED = event("customer.phone_added", _("Phone number added"))
CUSTOMER_PHONE_PREFERRED = event("customer.phone_preferred", _("Preferred phone changed"))
CUSTOMER_PHONE_REMOVED = event("customer.phone_removed", _("Phone number removed"))
CUSTOMER_PHONE_TO_MEND = event("customer.phone_to_mend", _("Number to be mended"))
CUSTOMER_PHONE_CONFIRMED = event("customer.phone_confirmed", _("Number found right"))
CUSTOMER_PHONE_REVEALED = event("customer.phone_revealed", _("Phone number revealed"))
CUSTOMER_PERSON_ADDED = event("customer.person_added", _("Contact person added"))
CUSTOMER_ASKED_ABOUT = event("customer.asked_about", _("Asked whether it is this guest of another store"))
CUSTOMER_LOOK_UPS_AT_LIMIT = event("customer.look_ups_at_limit", _("Many guests of other stores looked up"))
CUSTOMER_LOOKED_UP = event("customer.looked_up", _("Customer found in the group"))
CUSTOMER_DATA_GIVEN = event("customer.data_given", _("Their data written for them"))
CUSTOMER_ERASED = event("customer.erased", _("Customer erased"))
CUSTOMER_MERGED = event("customer.merged", _("Customer files merged"))
CUSTOMER_MERGING_UNDONE = event("customer.merging_undone", _("Merging of files undone"))

COMPLAINT_OPENED = event("complaint.opened", _("Complaint taken down"))
COMPLAINT_SOLVING = event("complaint.solving", _("Complaint taken on"))
COMPLAINT_ASSIGNED = event("complaint.assigned", _("Complaint given to somebody"))
COMPLAINT_SOLVED = event("complaint.solved", _("Complaint solved"))
COMPLAINT_CLOSED = event("complaint.closed", _("Complaint closed by the customer"))
COMPLAINT_REOPENED = event("complaint.reopened", _("Complaint opened again"))
COMPLAINT_ESCALATED = event("complaint.escalated", _("Complaint overdue, manager told"))
COMPLAINT_VOID = event("complaint.void", _("Complaint taken down by mistake"))
COMPLAINT_RESTORED = event("complaint.restored", _("Complaint was no mistake"))

CONSENT_GIVEN = event("consent.given", _("Consent given"))
CONSENT_WITHDRAWN = event("consent.withdrawn", _("Consent withdrawn"))
CONSENT_TAKEN_BACK = event("consent.taken_back", _("Consent was noted wrongly"))

INVOICE_OPENED = event("invoice.opened", _("Invoice opened"))
INVOICE_LINE_REVERSED = event("invoice.line_reversed", _("Invoice line reversed"))
INVOICE_CREDIT_APPROVED = event("invoice.credit_approved", _("Credit approved"))
INVOICE_CREDIT_WITHDRAWN = event("invoice.credit_withdrawn", _("Credit withdrawn"))

PAYMENT_TAKEN = event("payment.taken", _("Payment taken"))
PAYMENT_REFUNDED = event("payment.refunded", _("Payment refunded"))

VEHICLE_REGISTERED = event("vehicle.registered", _("Vehicle registered"))
VEHICLE_CHANGED = event("vehicle.changed", _("Vehicle file changed"))
VEHICLE_HANDED_OVER = event("vehicle.handed_over", _("New owner"))
VEHICLE_MILEAGE_READ = event("vehicle.mileage_read", _("Mileage noted"))
VEHICLE_MILEAGE_MISREAD = event("vehicle.mileage_misread", _("Mileage was misread"))
VEHICLE_ODOMETER_REPLACED = event("vehicle.odometer_replaced", _("Odometer replaced"))

CARE_STARTED = event("care.started", _("Care began"))
CARE_STARTED_MANY = event("care.started_many", _("Care began for many"))
CARE_STOPPED = event("care.stopped", _("Care stopped"))
CADENCE_MOVED = event("cadence.moved", _("Rule changed, planned contacts moved"))
CARE_STOOD_IN = event("care.stood_in", _("Deputy stands in"))

SURVEY_ASKED = event("survey.asked", _("Asked about satisfaction"))
SURVEY_ANSWERED = event("survey.answered", _("Answered about satisfaction"))
SURVEY_DECLINED = event("survey.declined", _("Would not answer about satisfaction"))
SURVEY_VOID = event("survey.void", _("Survey noted by mistake"))
SURVEY_RESTORED = event("survey.restored", _("Survey was no mistake"))

CONTACT_CORRECTED = event("contact.corrected", _("Contact corrected"))
CONTACT_MADE = event("contact.made", _("Contact made"))

FOLLOWUP_DROPPED = event("followup.dropped", _("Follow-up dropped"))
FOLLOWUP_ESCALATED = event("followup.escalated", _("Follow-up overdue, manager told"))
FOLLOWUP_REOPENED = event("followup.reopened", _("Follow-up opened again"))
FOLLOWUP_REASSIGNED = event("followup.reassigned", _("Follow-up given to another"))

LETTER_PRINTED = event("letter.printed", _("Letter printed"))
LETTER_MAILED = event("letter.mailed", _("Letter mailed"))

RECALL_LISTED = event("recall.listed", _("Recall listed"))
RECALL_WRITTEN = event("recall.written", _("Recall letters written"))
RECALL_PRINTED = event("recall.printed", _("Recall letters printed"))
RECALL_MAILED = event("recall.mailed", _("Recall letters mailed"))
RECALL_CALLED = event("recall.called", _("Recall call made"))
RECALL_BOOKED = event("recall.booked", _("Recall booked"))
RECALL_CAME = event("recall.came", _("Recall: the car came"))
RECALL_UNBOOKED = event("recall.unbooked", _("Recall: the booking came to nothing"))
RECALL_RESTORED = event("recall.restored", _("Back on the recall list"))
RECALL_VOID = event("recall.void", _("Recall entry void"))
RECALL_PLANNED = event("recall.planned", _("Improvement plan written"))
RECALL_LATE = event("recall.late", _("Recall step late"))
RECALL_SERVICED = event("recall.serviced", _("Maintenance done"))
