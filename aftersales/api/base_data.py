"""Labour operations and bays."""

from aftersales.filters import LabourOperationFilter
from aftersales.models import Bay, LabourOperation
from dms.api.fields import BaseSerializer, StoreField
from dms.api.views import EditViewSet


class LabourOperationSerializer(BaseSerializer):
    class Meta:
        model = LabourOperation
        fields = (
            "id",
            "code",
            "name",
            "name_en",
            "hours",
            "is_first_service",
            "is_maintenance",
            "active",
            "updated_at",
        )


class LabourOperationViewSet(EditViewSet):
    """The catalogue of jobs with their standard times."""

    model = LabourOperation
    serializer_class = LabourOperationSerializer
    filterset_class = LabourOperationFilter
    rights = {"*": "dms.configure", "list": "aftersales.view", "retrieve": "aftersales.view"}


class BaySerializer(BaseSerializer):
    store = StoreField()

    class Meta:
        model = Bay
        fields = ("id", "store", "name", "active", "updated_at")


class BayViewSet(EditViewSet):
    """Places to work on a car."""

    model = Bay
    serializer_class = BaySerializer
    related = ("store",)
    rights = {"*": "dms.configure", "list": "aftersales.view", "retrieve": "aftersales.view"}
