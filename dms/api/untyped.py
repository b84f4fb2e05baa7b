"""Serializers of what the type checker cannot know."""

from typing import Any, TypeAlias

from rest_framework import serializers

AnySerializer: TypeAlias = serializers.BaseSerializer[Any]
PlainSerializer: TypeAlias = serializers.Serializer[Any]
"""A body that is no row."""
