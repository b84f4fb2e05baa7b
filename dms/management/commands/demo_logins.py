"""``manage.py demo_logins``: who can sign in to the demo, and the one password."""

from django.core.management.base import BaseCommand, CommandError

from dms.core import demo_mode
from dms.models import User


class Command(BaseCommand):
    help = "Print the demo sign-ins and their password (demo mode only)."

    def handle(self, *_args: object, **_options: object) -> None:
        if not demo_mode.is_on():
            raise CommandError("There are demo sign-ins only with DMS_DEBUG=1 and DMS_DEMO=1.")
        names = dict(
            User.objects.filter(username__in=[login.username for login in demo_mode.logins()]).values_list(
                "username", "display_name"
            )
        )
        for login in demo_mode.logins():
            if login.username in names:
                self.stdout.write(f"  {login.username:<16} {login.label} · {names[login.username]}")
        self.stdout.write(f"  password: {demo_mode.password()}")
