"""What a customer lets us do, over the API: the ledger, and what is said anew."""

from rest_framework import serializers

from crm.consent_forms import HOW
from crm.models import Consent, ConsentChannel, Purpose


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """One word on one purpose by one channel; the newest that is not undone counts."""

    class Meta:
        model = Consent
        fields = ("id", "purpose", "channel", "given", "at", "how", "text_version", "contact", "undoes", "by")
        read_only_fields = fields


class DataJobSerializer(serializers.Serializer[object]):
    """Where the file is fetched when it is written."""

    job = serializers.IntegerField(source="pk", help_text="The long job that writes all that is kept of the person.")


class EraseSerializer(serializers.Serializer[object]):
    """Who asked to be forgotten, and how. Nobody can undo it."""

    reason = serializers.CharField(max_length=120)
    confirmed = serializers.BooleanField()


class WithdrawSerializer(serializers.Serializer[object]):
    """What they do not want any more."""

    purposes = serializers.ListField(child=serializers.ChoiceField(choices=Purpose.choices), min_length=1)
    channels = serializers.ListField(child=serializers.ChoiceField(choices=ConsentChannel.choices), min_length=1)
    how = serializers.ChoiceField(choices=HOW, default=Consent.How.SPOKEN)


class GiveSerializer(WithdrawSerializer):
    """What they want, perhaps again."""

    text_version = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
