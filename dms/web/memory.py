"""What a process remembers of the people who ask, and how it forgets (docs/who_asks.md)."""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from dms.core import announcements
from dms.models import ApiToken, User
from dms.models.people import Row, Standing

K = TypeVar("K")
V = TypeVar("V")
NOT_REMEMBERED = frozenset({"last_login", "updated_at"})
"""They change without an announcement (dms/migrations/sql/announce_people.sql), and are asked for when somebody looks."""
COLUMNS = [field.attname for field in User._meta.concrete_fields if field.attname not in NOT_REMEMBERED]  # noqa: SLF001 # Django's public way
KEY_COLUMNS = [field.attname for field in ApiToken._meta.concrete_fields]  # noqa: SLF001 # as above
OWNER = KEY_COLUMNS.index("user_id")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as they were read: their row, and where they stand."""

    row: Row
    standing: Standing
    read_at: float

    def user(self) -> User:
        """As the database would give it, and for one request alone: acts may change it."""
        user = User.from_db("default", COLUMNS, self.row)
        user.standing = self.standing
        if user.store_chosen_id and (store := self.standing.store(user.store_chosen_id)):
            user.store_chosen = store
        return user


@dataclass(frozen=True, slots=True)
class Key:
    """A key to the API as it was read, with its owner: a change of either forgets the owner."""

    row: Row
    owner: Person

    @property
    def owner_id(self) -> int:
        return cast("int", self.row[OWNER])

    def token(self) -> ApiToken:
        token = ApiToken.from_db("default", KEY_COLUMNS, self.row)
        token.user = self.owner.user()
        return token


@dataclass
class Memory:
    """Written under the lock; to look something up is one step of a dict and needs none."""

    PEOPLE_AT_MOST = 20_000
    """Of more, those who were read first go first."""
    KEYS_AT_MOST = 1_000
    SECONDS_AT_MOST = 600
    """Nobody is believed longer, whatever was lost on the way."""

    people: dict[int, Person] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    stores: tuple[Row, ...] | None = None
    """All of the house, by their codes: each row once for the thousands who work there."""
    rights: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)
    """Each set once, for the same reason."""
    position: bytes = b""
    """How far the stream of announcements was read."""
    forgotten: int = 0
    """How often something was forgotten. What was read meanwhile may be of before the change, and is not kept."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def forget(self, changed: str) -> None:
        """The people of these keys, separated by commas, or everybody."""
        with self.lock:
            self.forgotten += 1
            if announcements.EVERYBODY in changed:
                self.people.clear()
                self.keys.clear()
                self.rights.clear()
                self.stores = None
            else:
                for pk in changed.split(","):
                    self.people.pop(int(pk), None)

    def catch_up(self, name: str = "") -> tuple[bool, object]:
        """Whether all that was announced is forgotten now; and the cached value of that name, by the same question.

        :raises RedisError: when Redis is away.
        """
        position = self.position
        if not position:
            self.begin()
            return False, announcements.ask(self.position, name)[1]
        entries, value = announcements.ask(position, name)
        return self.read(position, entries), value

    def begin(self) -> None:
        """Remember anew, from a mark in the stream on."""
        position = announcements.mark()
        with self.lock:
            self.forget(announcements.EVERYBODY)
            self.position = position

    def read(self, position: bytes, entries: list[announcements.Entry]) -> bool:
        """Forget what was announced. Where the entry that was read last is gone others may be too: then nothing is true."""
        # The entry that was read last, and none after it: mostly so, and without the lock.
        if len(entries) == 1 and entries[0].position == position:
            return True
        with self.lock:
            if not entries or entries[0].position != position:
                self.forget(announcements.EVERYBODY)
                self.position = b""
                return False
            for entry in entries:
                if self.position and entry.order > announcements.order(self.position):
                    self.position = entry.position
                    if entry.changed:
                        self.forget(entry.changed)
        return True

    def find(self, pk: int) -> Person | None:
        person = self.people.get(pk)
        return person if person and time.monotonic() - person.read_at < self.SECONDS_AT_MOST else None

    def find_key(self, digest: str) -> Key | None:
        key = self.keys.get(digest)
        return key if key and self.find(key.owner_id) is key.owner else None

    def keep(self, pk: int, person: Person, *, forgotten: int) -> None:
        """Unless something was forgotten since the reading began, whose rows may be of before the change."""
        with self.lock:
            if forgotten == self.forgotten:
                # Out first: a dict keeps a key's old place, and who was read last would go first.
                self.people.pop(pk, None)
                make_room(self.people, self.PEOPLE_AT_MOST)
                self.people[pk] = person

    def keep_key(self, digest: str, key: Key, *, forgotten: int) -> None:
        with self.lock:
            if forgotten == self.forgotten:
                make_room(self.keys, self.KEYS_AT_MOST)
                self.keys[digest] = key

    def keep_stores(self, stores: tuple[Row, ...], *, forgotten: int) -> None:
        with self.lock:
            if forgotten == self.forgotten:
                self.stores = stores

    def note_use(self, digest: str, *, at: datetime) -> None:
        """That a key was used is announced to nobody: each process notes it once a minute."""
        with self.lock:
            if key := self.keys.get(digest):
                row = tuple(
                    at if name == "last_used_at" else value for name, value in zip(KEY_COLUMNS, key.row, strict=True)
                )
                self.keys[digest] = Key(row, key.owner)

    def share(self, rights: frozenset[str]) -> frozenset[str]:
        return self.rights.setdefault(rights, rights)


def make_room(entries: dict[K, V], at_most: int) -> None:
    while len(entries) >= at_most:
        del entries[next(iter(entries))]
