"""The configuration site: what stands in it, by subject."""

from dms.admin import catalogue, people, records, roles, rules, stores

__all__ = ["catalogue", "people", "records", "roles", "rules", "stores"]
