"""Mergings of customers' files, and their undoing."""

from rest_framework import serializers

from crm.acts import MERGE
from crm.models import CustomerMerge
from dms.api.fields import PersonField
from dms.api.verbs import act_verb
from dms.api.views import BaseViewSet


class CustomerMergeSerializer(serializers.ModelSerializer[CustomerMerge]):
    """Which file went into which, who said so and why; and, when it was undone, likewise."""

    name = serializers.CharField(source="duplicate.name", help_text="Of the file that went.")
    by = PersonField(read_only=True)
    undone_by = PersonField(read_only=True)

    class Meta:
        model = CustomerMerge
        fields = ("id", "into", "duplicate", "name", "at", "by", "reason", "undone_at", "undone_by", "undone_why")
        read_only_fields = fields


class CustomerMergeViewSet(BaseViewSet):
    """One merging; those of a file stand with the customer that stayed."""

    model = CustomerMerge
    serializer_class = CustomerMergeSerializer
    related = ("duplicate", "by", "undone_by")
    rights = {"*": MERGE["undo"].right, **MERGE.rights()}

    undo = act_verb(MERGE["undo"], "undo")
