"""How gunicorn serves, on a developer's machine, in the bench and in the image alike: read by itself from where it starts."""

import os
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 # gunicorn makes a file without a name there

worker_class = "gthread"
# A process for each core runs Python; a second one even on a single core answers while the first collects or restarts.
workers = int(os.environ.get("WEB_CONCURRENCY", max(2, os.cpu_count() or 1)))
# What waits (for Postgres, for a slow reader) leaves the core to another request; more only queue at the interpreter's lock.
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # code and templates are loaded once, and the workers share their memory
control_socket_disable = True  # nobody steers it from outside, and the image has no place to write
keepalive = 75  # longer than proxies keep a connection, so that none is closed under a request on its way
if os.access(MEMORY, os.W_OK):
    worker_tmp_dir = str(MEMORY)  # the sign of life of a worker never waits for a disk
