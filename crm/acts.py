"""What may be done to the documents of the cashier and of customer care: who may, when, and how it is called."""

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm import letter_job
from crm.actions import billing, letters, recall
from crm.billing_forms import CreditEndForm, CreditForm, GiveBackForm, TakeForm
from crm.forms import RecallPlanForm, VoidForm
from crm.models import Invoice, Letter, RecallCampaign, RecallEntry
from dms.core.acts import Act, Acts
from dms.formats import display

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
        guards=(billing.refuse_unpaid,),
        form=GiveBackForm,
        emphasis="danger",
        place="till",
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
        url_name="crm:invoice_credit_end",
    ),
)
"""Asked for on the page of any document with an account, and there one is again afterwards: its pages are written by hand."""

LETTER = Acts(
    Letter,
    page="crm:letter_pdf",
    printed=Act(
        letters.mark_printed,
        "crm.call",
        pgettext_lazy("verb", "Print"),
        guards=(letters.refuse_mailed,),
        icon="printer",
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
        done=lambda letter: _("The letter to %(name)s is in the post.") % {"name": letter.addressee},
        path="mail",
        url_name="crm:letter_mail",
    ),
)
"""They are done in the register, a row each, and there one is again afterwards."""


def letters_mailed(count: int) -> str:
    posted = ngettext("%(n)s letter is in the post.", "%(n)s letters are in the post.", count) % {"n": count}
    return " ".join([posted, gettext("The calls fall due in three days.")])


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
        _("Car gone"),
        to=RecallEntry.Status.VOID,
        form=VoidForm,
        emphasis="danger",
        done=_("Taken off the list."),
        url_name="crm:recall_void",
    ),
)
"""A recall has no page by its number: it is shown by its month, and there its acts end."""
