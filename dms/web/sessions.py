"""Sessions in Redis and Postgres, as Django keeps them: to load one also tells what was announced about people."""

from django.contrib.sessions.backends import cached_db

from dms.web import who_asks


class SessionStore(cached_db.SessionStore):
    """Django names the model of the rows and the keys of the cache by the class it finds here: both are Django's own."""

    def load(self) -> dict[str, object]:
        session = who_asks.cached_session(self.cache_key)
        return session if isinstance(session, dict) else super().load()
