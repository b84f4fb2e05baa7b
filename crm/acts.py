"""What may be done to the documents of the cashier and of customer care: who may, when, and how it is called."""

from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm import complaint_acts, consent_acts, letter_job, survey_acts
from crm.actions import (
    billing,
    care,
    corrections,
    customers,
    letters,
    merging,
    parting,
    recall,
    unreached,
    vehicles,
)
from crm.billing_forms import CreditEndForm, CreditForm, GiveBackForm, TakeForm
from crm.forms import (
    CallForm,
    ContactPersonForm,
    CorrectContactForm,
    CorrectMileageForm,
    CustomerForm,
    MergeForm,
    MileageForm,
    NewPhoneForm,
    NewVehicleForm,
    OpenContactForm,
    OwnerForm,
    RecallPlanForm,
    UndoMergeForm,
    VehicleForm,
    VoidForm,
    WhyForm,
)
from crm.models import (
    Contact,
    Customer,
    CustomerMerge,
    FollowUp,
    Invoice,
    Letter,
    Phone,
    RecallCampaign,
    RecallEntry,
    Vehicle,
)
from dms.core.acts import Act, Acts
from dms.formats import display
from dms.models import Store

CUSTOMER = Acts(
    Customer,
    page="crm:customer",
    contact=Act(
        care.note_contact,
        "crm.call",
        _("Record a contact"),
        form=OpenContactForm,
        icon="phone-call",
        key="r",
        done=_("Saved."),
        url_name="crm:contact_new",
    ),
    edit=Act(
        customers.change_customer,
        "crm.edit",
        _("Edit customer"),
        form=CustomerForm,
        edits=True,
        icon="pencil",
        key="e",
        done=_("Saved."),
    ),
    add_vehicle=Act(
        vehicles.register_vehicle,
        "crm.edit",
        _("Add a car"),
        form=NewVehicleForm,
        icon="car",
        emphasis="primary",
        done=_("The car is on file."),
        then="crm:vehicle",
        path="vehicles/new",
        url_name="crm:vehicle_new",
    ),
    add_phone=Act(
        customers.add_phone,
        "crm.edit",
        _("Add a number"),
        form=NewPhoneForm,
        emphasis="quiet",
        place="phones",
        done=_("Number added."),
        path="phones",
        url_name="crm:phone_add",
    ),
    add_person=Act(
        customers.add_person,
        "crm.edit",
        _("Add a person"),
        form=ContactPersonForm,
        emphasis="quiet",
        place="people",
        path="people/new",
        url_name="crm:person_new",
    ),
    complain=complaint_acts.COMPLAIN,
    withdraw=consent_acts.WITHDRAW,
    consent=consent_acts.CONSENT,
    data=consent_acts.DATA,
    erase=consent_acts.ERASE,
    merge=Act(
        merging.merge_files,
        "crm.manage",
        _("Merge the files"),
        form=MergeForm,
        place="duplicates",
        done=lambda customer: _("Both files of %(name)s are one now.") % {"name": customer},
        then="crm:customer",
    ),
)

COMPLAINT = complaint_acts.COMPLAINT
SURVEY = survey_acts.SURVEY

MERGE = Acts(
    CustomerMerge,
    page="crm:customer_merge",
    shown_at=lambda merge: reverse("crm:customer_duplicates", args=[merge.into_id]),
    undo=Act(
        parting.undo_merge,
        "crm.manage",
        _("Undo the merging"),
        guards=(parting.refuse_parting,),
        form=UndoMergeForm,
        emphasis="danger",
        place="merge",
        done=lambda customer: _("%(name)s and the other file are two again.") % {"name": customer},
        url_name="crm:merge_undo",
    ),
)
"""A merging stands on the page of the duplicates of the file that stayed."""

PHONE = Acts(
    Phone,
    page="crm:customer",
    prefer=Act(
        customers.prefer_phone,
        "crm.edit",
        _("Call first"),
        emphasis="quiet",
        place="phone",
        url_name="crm:phone_prefer",
    ),
    remove=Act(
        customers.remove_phone,
        "crm.edit",
        pgettext_lazy("verb", "Remove"),
        guards=(customers.refuse_last,),
        emphasis="danger",
        place="phone",
        url_name="crm:phone_remove",
    ),
    confirm=Act(
        unreached.confirm_phone,
        "crm.call",
        _("The number is right"),
        guards=(unreached.refuse_unmarked,),
        emphasis="quiet",
        place="mend",
        url_name="crm:phone_confirm",
    ),
    reveal=Act(
        customers.reveal_phone,
        "crm.reveal",
        _("Show the number"),
        place="number",
        url_name="crm:phone_reveal",
    ),
)
"""A number stands on the file of its customer, and there its acts end."""

VEHICLE = Acts(
    Vehicle,
    page="crm:vehicle",
    hand_over=Act(
        vehicles.hand_over_to_new_owner,
        "crm.edit",
        _("New owner"),
        form=OwnerForm,
        icon="arrows-exchange",
        done=lambda ownership: _("The car now belongs to %(name)s.") % {"name": ownership.customer},
    ),
    edit=Act(
        vehicles.change_vehicle,
        "crm.edit",
        _("Edit vehicle"),
        form=VehicleForm,
        edits=True,
        icon="pencil",
        key="e",
        done=_("Saved."),
    ),
    mileage=Act(
        vehicles.read_mileage,
        "crm.edit",
        _("Note it"),
        form=MileageForm,
        place="mileage",
        done=_("Mileage noted."),
    ),
    correct_mileage=Act(
        vehicles.correct_mileage,
        "crm.edit",
        _("Correct the last reading"),
        guards=(vehicles.refuse_unread,),
        form=CorrectMileageForm,
        place="mileage",
        emphasis="quiet",
        note=_("What was misread stays in sight, and counts no more."),
        done=_("Corrected."),
    ),
)

FOLLOW_UP = Acts(
    FollowUp,
    page="crm:call",
    record=Act(
        care.record_call,
        "crm.call",
        pgettext_lazy("verb", "Call"),
        statuses=(FollowUp.Status.PENDING,),
        guards=(care.refuse_written,),
        form=CallForm,
        icon="phone",
        done=lambda contact: _("Saved: %(name)s.") % {"name": contact.customer},
    ),
    send_survey=survey_acts.SEND,
    reopen=Act(
        care.reopen,
        "crm.call",
        _("Open again"),
        statuses=(FollowUp.Status.UNREACHABLE,),
        guards=(care.refuse_reached,),
        icon="phone-call",
        key="o",
        done=_("The call is due again."),
    ),
)
"""A call is made at the desk, and there the next one waits afterwards."""

CONTACT = Acts(
    Contact,
    page="crm:contact",
    shown_at=lambda contact: reverse("crm:customer", args=[contact.customer_id]),
    correct=Act(
        corrections.correct_contact,
        "crm.call",
        pgettext_lazy("contact", "Correct"),
        guards=(corrections.refuse_correcting,),
        form=CorrectContactForm,
        emphasis="quiet",
        place="row",
        note=_("What was noted stays in sight, and counts no more; what it did to the follow-ups is undone."),
        done=_("Corrected."),
    ),
)
"""A contact stands in the register and in the history of its customer."""

INVOICE = Acts(
    Invoice,
    page="crm:invoice",
    take=Act(
        billing.take_payment,
        "billing.take",
        pgettext_lazy("money", "Take"),
        guards=(billing.refuse_paid,),
        form=TakeForm,
        icon="cash",
        emphasis="primary",
        place="till",
        done=lambda payment: _("%(sum)s taken.") % {"sum": display.yuan(payment.amount)},
    ),
    refund=Act(
        billing.refund,
        "billing.take",
        _("Give back"),
        guards=(billing.refuse_unpaid, billing.refuse_closed),
        form=GiveBackForm,
        emphasis="danger",
        place="payments",
        done=lambda refund: _("%(sum)s given back.") % {"sum": display.yuan(refund.amount)},
    ),
)

CREDIT = Acts(
    Invoice,
    page="crm:invoice",
    approve_credit=Act(
        billing.approve_credit,
        "billing.credit",
        _("Approve credit"),
        guards=(billing.refuse_paid,),
        form=CreditForm,
        place="credit",
        done=lambda invoice: _("%(name)s may pay later.") % {"name": invoice.customer},
        path="credit",
        url_name="crm:invoice_credit",
    ),
    withdraw_credit=Act(
        billing.withdraw_credit,
        "billing.credit",
        _("Withdraw the credit"),
        guards=(billing.refuse_without_credit,),
        form=CreditEndForm,
        emphasis="danger",
        place="credit",
        done=lambda invoice: _("The credit has ended: %(due)s is due.") % {"due": display.yuan(invoice.due)},
        path="credit/end",
        url_name="crm:invoice_credit_end",
    ),
)
"""Asked for on the page of any document with an account, and there one is again afterwards."""

LETTER = Acts(
    Letter,
    page="crm:letter_pdf",
    printed=Act(
        letters.mark_printed,
        "crm.call",
        pgettext_lazy("verb", "Print"),
        guards=(letters.refuse_mailed, letters.refuse_unaddressed),
        icon="printer",
        place="row",
        then="crm:letter_pdf",
        path="print",
        url_name="crm:letter_print",
    ),
    mailed=Act(
        letters.mail,
        "crm.call",
        pgettext_lazy("act", "Mailed"),
        guards=(letters.refuse_mailing,),
        icon="mail",
        emphasis="primary",
        place="row",
        done=lambda letter: _("The letter to %(name)s is in the post.") % {"name": letter.addressee},
        path="mail",
        url_name="crm:letter_mail",
    ),
)
"""They are done in the register, a row each, and there one is again afterwards."""


def letters_mailed(count: int) -> str:
    posted = ngettext("%(n)s letter is in the post.", "%(n)s letters are in the post.", count) % {"n": count}
    return " ".join([posted, gettext("The calls fall due in three days.")])


def cars_listed(campaign: RecallCampaign) -> str:
    count = campaign.entries.count()
    return ngettext("%(n)s car is listed.", "%(n)s cars are listed.", count) % {"n": count}


RECALL_OF_STORE = Acts(
    Store,
    page="crm:recall",
    prepare=Act(
        recall.prepare,
        "crm.manage",
        _("Make the list"),
        icon="list-check",
        emphasis="primary",
        done=cars_listed,
    ),
)
"""The list of a month, asked for on the page of that month."""

RECALL = Acts(
    RecallCampaign,
    page="crm:recall",
    print=Act(
        letter_job.order_letters,
        "crm.manage",
        _("Print letters"),
        icon="printer",
        emphasis="primary",
        done=_("The letters are being printed. The file appears here when it is ready."),
    ),
    mail=Act(
        recall.mail,
        "crm.manage",
        _("All are in the post"),
        guards=(recall.refuse_unprinted,),
        icon="mail",
        emphasis="primary",
        done=letters_mailed,
    ),
    plan=Act(
        recall.plan_improvement,
        "crm.manage",
        _("Keep the plan"),
        form=RecallPlanForm,
        edits=True,
        place="plan",
        done=_("The plan is kept."),
    ),
)

RECALL_ENTRY = Acts(
    RecallEntry,
    page="crm:recall",
    void=Act(
        recall.void,
        "crm.call",
        pgettext_lazy("recall", "Take off the list"),
        to=RecallEntry.Status.VOID,
        form=VoidForm,
        emphasis="danger",
        note=_("Who has moved stays on the list: mend the address on the file of the customer."),
        done=_("Taken off the list."),
        url_name="crm:recall_void",
    ),
    restore=Act(
        recall.restore,
        "crm.call",
        _("Back on the list"),
        statuses=(RecallEntry.Status.VOID,),
        form=WhyForm,
        emphasis="quiet",
        done=_("Back on the list."),
        url_name="crm:recall_restore",
    ),
)
"""A recall has no page by its number: it is shown by its month, and there its acts end."""
