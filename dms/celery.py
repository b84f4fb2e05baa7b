"""The Celery application and the schedule: the only place that says when something happens by itself."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dms.settings")

app = Celery("dms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "beat-heartbeat": {"task": "dms.tasks.heartbeat", "schedule": 10.0, "options": {"expires": 30}},
    "sweep-outbox": {"task": "dms.tasks.sweep_outbox", "schedule": 15.0, "options": {"expires": 30}},
    "sweep-jobs": {"task": "dms.tasks.sweep_jobs", "schedule": 15.0, "options": {"expires": 30}},
    "clear-sessions": {"task": "dms.tasks.clear_sessions", "schedule": 24 * 60 * 60.0},
}
