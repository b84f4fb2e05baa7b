"""The core: settings, people, rights, events, outbox, registry. The lowest app; knows no other."""

from dms.celery import app as celery_app

__all__ = ["celery_app"]
