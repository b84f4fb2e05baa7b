"""The WSGI entry point that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.urls import get_resolver

from dms.celery import app as celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dms.settings")
application = get_wsgi_application()
# Who answers people only rings for the workers, and waits a second for that; a worker that listens needs its three.
celery.conf.broker_transport_options = {**celery.conf.broker_transport_options, "socket_timeout": 1}

# Everything that answers is loaded before the workers part: they share its memory, and nobody waits for it as the first.
get_resolver().reverse_dict  # noqa: B018 # asking fills it: the addresses, and with them every view, form and serializer
pages = engines["jinja2"]
assert isinstance(pages, Jinja2)
for name in pages.env.list_templates(extensions=["html"]):
    pages.get_template(name)

gc.collect()
gc.freeze()  # what is loaded now lives as long as the process: looking through it again and again is a tenth of a page
gc.set_threshold(20_000, 20, 50)
