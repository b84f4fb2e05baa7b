"""What the type checker cannot know, in words that say why: they stand where ``Any`` would."""

from typing import Any, TypeAlias

from django.db.models import ForeignKey, QuerySet

Fact: TypeAlias = Any
"""A cleaned value of a form or a body: its field says what it is, and the act that takes it."""

Facts: TypeAlias = dict[str, Any]
"""Facts by name: what a form cleaned, what a template is given, what a body says."""

Option: TypeAlias = Any
"""What is handed on to Django or DRF as it came: their signatures say what it is."""

Row: TypeAlias = Any
"""A row of a model that is known only when the program runs."""

AnyRows: TypeAlias = Any
"""The rows of such a model with the ways of looking that its queryset adds (``visible_to``, ``open`` …)."""

Rows: TypeAlias = QuerySet[Any]
"""Rows of a model that is known only when the program runs."""

ValueRows: TypeAlias = QuerySet[Any, Any]
"""The same, when columns are asked for in place of rows."""

AnyKey: TypeAlias = ForeignKey[Any, Any]
"""A reference whose model is known only when the program runs."""
