"""python3 -m devstack run | test | services | manage | stop | locks | vendor | clean."""

import sys

# Nothing above this line and nothing in this file may need a new Python: an old one must reach the sentence.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("This needs Python 3.11 or newer; this is %d.%d (%s)." % (*sys.version_info[:2], sys.executable))  # noqa: UP031

from devstack.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
