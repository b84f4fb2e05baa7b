"""The WSGI entry point that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dms.settings")
application = get_wsgi_application()

gc.collect()
gc.freeze()  # what is loaded now lives as long as the process: looking through it again and again is a tenth of a page
gc.set_threshold(20_000, 20, 50)
