"""A cards and their rows."""

from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from dms.api.access import person
from dms.api.fields import CodeField, PersonField, StoreField, shadowing
from dms.api.handing_over import hand_over_rows
from dms.api.verbs import act_verb, facts_of, verb, verbs_of
from dms.api.views import HasPdf, ReadViewSet
from dms.core.untyped import Facts
from dms.models import Series, User, Variant
from sales import pdfs
from sales.actions import leads
from sales.actions.leads import Said, Wish
from sales.acts import LEAD
from sales.filters import LeadFilter
from sales.models import Lead, LeadContact, Source
from sales.models.leads import Level, LossClass, LossVerdict
from sales.open_work import LEADS


class LeadContactSerializer(serializers.ModelSerializer[LeadContact]):
    by_name = serializers.CharField(source="by.display_name", read_only=True)

    class Meta:
        model = LeadContact
        fields = (
            "id",
            "planned_at",
            "at",
            "channel",
            "result",
            "level_after",
            "what",
            "by",
            "by_name",
            "next_contact_at",
            "review",
            "reviewed_by",
            "reviewed_at",
        )
        read_only_fields = fields


class LeadSerializer(serializers.ModelSerializer[Lead]):
    """A card. To open one, number and name are enough; the caller keeps it unless an owner is named."""

    store = StoreField()
    phone = serializers.CharField(max_length=30, write_only=True)
    name = serializers.CharField(max_length=80, source="customer.name")
    owner = PersonField(required=False)
    source = shadowing(CodeField(queryset=Source.objects.filter(active=True), required=False, allow_null=True))
    car = serializers.CharField(read_only=True, help_text="What they want, as exactly as it is known.")
    rows = LeadContactSerializer(source="contacts", many=True, read_only=True)
    # blank until the card is given up, and judged
    loss_class = serializers.ChoiceField(LossClass.choices, allow_blank=True, read_only=True)
    loss_verdict = serializers.ChoiceField(LossVerdict.choices, allow_blank=True, read_only=True)

    class Meta:
        model = Lead
        fields = (
            "id",
            "number",
            "status",
            "store",
            "customer",
            "phone",
            "name",
            "owner",
            "level",
            "next_contact_at",
            "source",
            "series",
            "variant",
            "car",
            "colour",
            "budget",
            "buys_when",
            "wish",
            "opened_at",
            "status_at",
            "loss_class",
            "loss_reason",
            "lost_to",
            "loss_note",
            "loss_verdict",
            "reactivate_on",
            "rows",
            "updated_at",
        )
        read_only_fields = (
            "number",
            "status",
            "customer",
            "next_contact_at",
            "opened_at",
            "status_at",
            "loss_class",
            "loss_reason",
            "lost_to",
            "loss_note",
            "loss_verdict",
            "reactivate_on",
        )


class WishSerializer(serializers.Serializer[object]):
    """What they want, as far as it is known better now."""

    series = serializers.PrimaryKeyRelatedField(queryset=Series.objects.all(), required=False, allow_null=True)
    variant = serializers.PrimaryKeyRelatedField(queryset=Variant.objects.all(), required=False, allow_null=True)
    colour = serializers.CharField(max_length=40, required=False, allow_blank=True)
    budget = serializers.CharField(max_length=40, required=False, allow_blank=True)
    buys_when = serializers.CharField(max_length=40, required=False, allow_blank=True)
    wish = serializers.CharField(max_length=200, required=False, allow_blank=True)


class RecordContactSerializer(serializers.Serializer[object]):
    """What came of a contact."""

    result = serializers.ChoiceField(choices=LeadContact.Result.choices)
    level = serializers.ChoiceField(choices=Level.choices)
    what = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    channel = serializers.ChoiceField(choices=LeadContact.Channel.choices, required=False)
    next_at = serializers.DateTimeField(required=False, allow_null=True)
    key = serializers.CharField(max_length=80, required=False)

    def validate(self, attrs: Facts) -> dict[str, object]:
        """What was said, and its key."""
        key = attrs.pop("key", "")
        return {"said": Said(**attrs), "key": key}


class ReviewSerializer(serializers.Serializer[object]):
    """The row that was read, and a word on it."""

    row = serializers.IntegerField(min_value=1)
    words = serializers.CharField(max_length=200, required=False, allow_blank=True)


@verbs_of(LEAD)
class LeadViewSet(mixins.CreateModelMixin, HasPdf, ReadViewSet):
    """A cards."""

    model = Lead
    serializer_class = LeadSerializer
    filterset_class = LeadFilter
    related = ("store", "customer", "owner", "source", "series", "variant")
    prefetched = ("contacts__by",)
    rights = {
        "*": "sales.view",
        "create": "sales.sell",
        "review": "sales.approve",
        "hand_over": LEADS.hands,
        **LEAD.rights(),
    }
    pdf_of = pdfs.lead
    hand_over = hand_over_rows(LEADS)

    def create(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Open a card; an open one of the same customer is not doubled."""
        facts = facts_of(self, LeadSerializer)
        name, phone = facts.pop("customer")["name"], facts.pop("phone")
        keeper = {"store": facts.pop("store"), "owner": facts.pop("owner", None)}
        wish = Wish(facts.pop("source", None), facts.pop("level", Level.N), facts)
        lead = leads.open_lead_for(name=name, phone=phone, by=person(request), wish=wish, **keeper)
        return self.answer(lead, status=status.HTTP_201_CREATED)

    wish = act_verb(LEAD["wish"], "wish", WishSerializer)

    contact = act_verb(LEAD["contact"], "contact", RecordContactSerializer)

    @verb(ReviewSerializer)
    def review(self, lead: Lead, *, row: int, by: User, words: str = "") -> LeadContact:
        """The manager read a row of the card."""
        # Through the card, which the caller may see: the key alone could be of anybody's row.
        contact = lead.contacts.filter(pk=row).first()
        if contact is None:
            raise serializers.ValidationError({"row": [str(row)]})
        return leads.review(contact, words=words, by=by)
