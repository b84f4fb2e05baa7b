"""The Celery application and the schedule: the only place that says when something happens by itself."""

import os

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dms.settings")

app = Celery("dms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)

SWEEP_SECONDS = float(os.environ.get("DMS_SWEEP_SECONDS", "15"))
"""How long work waits at most when its bell was lost or its worker died after the lease ran out."""

# Beats that a stopped worker has not taken expire: the next one finds the same rows.
app.conf.beat_schedule = {
    "beat-heartbeat": {"task": "dms.tasks.heartbeat", "schedule": 10.0, "options": {"expires": 30}},
    "sweep-outbox": {"task": "dms.tasks.sweep_outbox", "schedule": SWEEP_SECONDS, "options": {"expires": 30}},
    "sweep-jobs": {"task": "dms.tasks.sweep_jobs", "schedule": SWEEP_SECONDS, "options": {"expires": 30}},
    "collect-receipts": {"task": "dms.tasks.collect_receipts", "schedule": 5 * 60.0, "options": {"expires": 300}},
    "care-round": {"task": "crm.tasks.care_round", "schedule": 60.0, "options": {"expires": 120}},
    "recall-round": {"task": "crm.tasks.recall_round", "schedule": 15 * 60.0, "options": {"expires": 900}},
    "ask-again-round": {"task": "sales.tasks.ask_again_round", "schedule": 5 * 60.0, "options": {"expires": 300}},
    "close-days": {"task": "reports.tasks.close_days", "schedule": 5 * 60.0, "options": {"expires": 300}},
    "sweep-files": {"task": "dms.tasks.sweep_files", "schedule": 24 * 60 * 60.0},
    "forget-sendings": {"task": "dms.tasks.forget_sendings", "schedule": 60 * 60.0},
    "clear-sessions": {"task": "dms.tasks.clear_sessions", "schedule": 24 * 60 * 60.0},
}
