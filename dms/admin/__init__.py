"""The configuration site: what stands in it, by subject."""

from dms.admin import catalogue, people, records, rules, stores

__all__ = ["catalogue", "people", "records", "rules", "stores"]
