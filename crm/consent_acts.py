"""What may be noted of the word of a customer: acts of their file (``crm/acts.py``)."""

from django.utils.translation import gettext_lazy as _

from crm import person_data
from crm.actions import consents, erasing
from crm.consent_forms import EraseForm, GiveForm, WithdrawForm
from dms.core.acts import Act

WITHDRAW = Act(
    consents.withdraw,
    "crm.edit",
    _("They do not want it"),
    form=WithdrawForm,
    emphasis="quiet",
    place="consents",
    note=_("What is planned against it is dropped at once."),
    done=_("Noted: nothing of it is planned any more."),
)
DATA = Act(
    person_data.order_data,
    "crm.manage",
    _("Their data as a file"),
    emphasis="quiet",
    place="consents",
    done=_("The file is being written. Only you can fetch it, here."),
    then="dms:job",
)
ERASE = Act(
    erasing.erase,
    "crm.manage",
    _("Erase the person"),
    guards=(erasing.refuse_open,),
    form=EraseForm,
    emphasis="danger",
    place="consents",
    note=_("Name, numbers, address and all words go; cars, dates and figures stay, and contracts as the law demands."),
    done=_("The person is erased."),
)
CONSENT = Act(
    consents.consent,
    "crm.edit",
    _("They agree"),
    form=GiveForm,
    emphasis="quiet",
    place="consents",
    note=_("What lies ahead is due again; repeats go on with the next from today."),
    done=_("Noted."),
)
