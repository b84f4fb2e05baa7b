"""What the serializers of after-sales share: the guest at the desk."""

from rest_framework import serializers

from crm.api.join import JoinField


class GuestSerializer(serializers.Serializer[object]):
    """A car by plate or VIN; when it is new here, whose."""

    car = serializers.CharField(max_length=24)
    vin_reason = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    join = JoinField(default=False)
