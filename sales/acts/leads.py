"""What may be done to an A card."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dms.core.acts import Act, Acts, Waiting
from sales import due_work
from sales.actions import leads, losses, quotes
from sales.forms.choices import WhyForm
from sales.forms.leads import (
    ConfirmLossForm,
    ContactForm,
    LossForm,
    NoteForm,
    ReassignForm,
    ReopenForm,
    RescheduleForm,
    ReviewForm,
    WishForm,
)
from sales.forms.quotes import QuoteForm
from sales.models import Lead, LeadContact

LEAD = Acts(
    Lead,
    page="sales:lead",
    wish=Act(
        leads.change_wish,
        "sales.sell",
        _("What they want"),
        statuses=leads.ALIVE,
        guards=(leads.refuse_other,),
        form=WishForm,
        edits=True,
        opens_form=True,
        icon="pencil",
        place="menu",
        path="edit",
        url_name="sales:lead_edit",
    ),
    reschedule=Act(
        leads.reschedule,
        "sales.sell",
        _("Move the next contact"),
        statuses=(Lead.Status.OPEN,),
        guards=(leads.refuse_other,),
        form=RescheduleForm,
        icon="calendar-time",
        place="menu",
    ),
    request_loss=Act(
        losses.request_loss,
        "sales.sell",
        _("Request the loss"),
        to=Lead.Status.LOSS_REQUESTED,
        guards=(leads.refuse_other, losses.refuse_under_way),
        form=LossForm,
        icon="user-x",
        emphasis="danger",
        place="menu",
        done=_("The manager looks at it."),
        path="loss",
        url_name="sales:lead_loss",
    ),
    reassign=Act(
        leads.reassign,
        "sales.approve",
        pgettext_lazy("verb", "Reassign"),
        statuses=leads.ALIVE,
        form=ReassignForm,
        icon="arrows-exchange",
        place="menu",
    ),
    contact=Act(
        leads.record_contact,
        "sales.sell",
        _("Contact and record"),
        statuses=(Lead.Status.OPEN,),
        guards=(leads.refuse_other,),
        form=ContactForm,
        icon="phone-call",
        emphasis="primary",
        done=lambda row: _("Recorded for %(name)s.") % {"name": row.lead.customer},
        path="record",
        url_name="sales:lead_record",
        waiting=Waiting(
            due_work.contacts_due,
            due_work.contact_line,
            kind=lambda lead: lead.level,
            label=_("Call and record"),
            family=lambda lead: "late" if lead.is_late else "idle",
            since="next_contact_at",
        ),
    ),
    quote=Act(
        quotes.make_quote,
        "sales.sell",
        pgettext_lazy("verb", "Quote"),
        statuses=(Lead.Status.OPEN,),
        guards=(leads.refuse_other,),
        form=QuoteForm,
        icon="file-invoice",
        place="quote",
        then="sales:quote",
        path="quotes/new",
        url_name="sales:quote_new",
        by_api=False,  # a quote is made at its own resource
    ),
    return_loss=Act(
        losses.return_loss,
        "sales.approve",
        pgettext_lazy("verb", "Return"),
        statuses=(Lead.Status.LOSS_REQUESTED,),
        form=NoteForm,
        place="loss",
        path="loss/return",
        url_name="sales:lead_return",
    ),
    withdraw_loss=Act(
        losses.withdraw_loss,
        "sales.sell",
        _("Go on after all"),
        statuses=(Lead.Status.LOSS_REQUESTED,),
        guards=(leads.refuse_other,),
        form=WhyForm,
        place="loss",
    ),
    reopen=Act(
        losses.reopen_lost,
        "sales.approve",
        _("Open again"),
        statuses=(Lead.Status.LOST,),
        form=ReopenForm,
        icon="rotate",
        place="lost",
        done=lambda lead: _("%(name)s keeps the card again.") % {"name": lead.owner},
    ),
    confirm_loss=Act(
        losses.confirm_loss,
        "sales.approve",
        pgettext_lazy("verb", "Confirm"),
        to=Lead.Status.LOST,
        guards=(losses.refuse_own_loss,),
        form=ConfirmLossForm,
        opens_form=True,
        place="loss",
        path="loss/confirm",
        url_name="sales:lead_confirm",
        waiting=Waiting(
            due_work.losses_to_confirm,
            due_work.loss_line,
            pgettext_lazy("due", "Loss"),
            family="ask",
            look=True,
        ),
    ),
)


LEAD_CONTACT = Acts(
    LeadContact,
    page="sales:contact",
    shown_at=lambda contact: reverse("sales:lead", args=[contact.lead_id]),
    review=Act(
        leads.review,
        "sales.approve",
        pgettext_lazy("verb", "Reviewed"),
        guards=(leads.refuse_review,),
        form=ReviewForm,
        place="row",
    ),
)
"""A row of the card. Over the API it is reviewed as a part of its card."""
