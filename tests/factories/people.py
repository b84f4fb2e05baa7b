"""Stores and who works there. One cast plays in all tests: ``Cast(store).adviser`` is 白芷 everywhere."""

from dataclasses import dataclass, field
from typing import Any, overload

from django.contrib.auth.models import Group
from factory.declarations import LazyAttributeSequence, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from dms.core.roles import ROLES
from dms.models import Role, Store, User

HOME = "JJ01"
"""The store of every row that is not told another one."""


class StoreFactory(DjangoModelFactory[Store]):
    class Meta:
        model = Store
        django_get_or_create = ("code",)

    code = HOME
    name = "锦江店"
    name_en = "Jinjiang"


class UserFactory(DjangoModelFactory[User]):
    """Somebody who works in a store; without a role they may do nothing there."""

    class Meta:
        model = User

    class Params:
        by = None
        reachable = Trait(phone=Sequence(lambda number: f"1380000{number:04}"))

    store = SubFactory(StoreFactory)
    role = ""
    username = LazyAttributeSequence(lambda row, number: f"{row.role or 'colleague'}_{number}")
    display_name = "白芷"
    password = None

    @classmethod
    def _create(
        cls, model_class: type[User], *_nothing: object, store: Store, role: str, password: str | None, **fields: object
    ) -> User:
        user = model_class(**fields)
        user.set_password(password)
        user.save()
        if role:
            assert role in ROLES
            user.groups.add(Group.objects.get_or_create(name=role)[0])
        user.stores.add(store)
        return model_class.objects.get(pk=user.pk)


def role_named(name: str) -> Role:
    """The role as the group of its people, with its rights: ``role_named("adviser")``."""
    roles: Any = Role._default_manager  # typed as the one of Django's groups
    role: Role = roles.get(name=name)
    return role


class Member:
    """One person of a store: made when first asked for, the same one ever after."""

    def __init__(self, role: str, display_name: str) -> None:
        self.role, self.display_name = role, display_name

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, cast: None, owner: type) -> "Member": ...
    @overload
    def __get__(self, cast: "Cast", owner: type) -> User: ...
    def __get__(self, cast: "Cast | None", owner: type) -> "Member | User":
        if cast is None:
            return self
        if self.name not in cast.known:
            cast.known[self.name] = self.find(cast) or self.hire(cast)
        return cast.known[self.name]

    def username(self, cast: "Cast") -> str:
        return self.name if cast.store.code == HOME else f"{self.name}@{cast.store.code}"

    def find(self, cast: "Cast") -> User | None:
        return User.objects.filter(username=self.username(cast)).first()

    def hire(self, cast: "Cast") -> User:
        return cast.hire(
            self.role, username=self.username(cast), display_name=self.display_name, password=cast.password
        )


@dataclass
class Cast:
    """The people of one store by their work; ``second_adviser`` is a colleague of the adviser."""

    store: Store
    password: str | None = None
    known: dict[str, User] = field(default_factory=dict)

    reception = Member("reception", "苏叶")
    adviser = Member("adviser", "白芷")
    second_adviser = Member("adviser", "连翘")
    sales_manager = Member("sales_manager", "沉香")
    cashier = Member("cashier", "当归")
    warehouse = Member("warehouse", "茯苓")
    inspector = Member("inspector", "远志")
    callback = Member("callback", "青黛")
    cs_manager = Member("cs_manager", "杜若")
    service_adviser = Member("service_adviser", "半夏")
    service_manager = Member("service_manager", "佩兰")
    workshop = Member("workshop", "川贝")
    technician = Member("technician", "石斛")
    team_leader = Member("team_leader", "杜仲")
    claims = Member("claims", "麦冬")
    parts_clerk = Member("parts_clerk", "陈皮")
    parts_planner = Member("parts_planner", "泽兰")
    parts_manager = Member("parts_manager", "厚朴")
    gm = Member("gm", "黄芪")
    admin = Member("admin", "当药")

    def named(self, name: str) -> User:
        """The one whose work this is, where a test goes through many."""
        user: User = getattr(self, name)
        assert isinstance(user, User)
        return user

    def assemble(self, *names: str) -> None:
        """These people work here, though the test says nothing else of them."""
        for name in names:
            self.named(name)

    def hire(self, role: str, **fields: object) -> User:
        """One more of this role, beside those named above."""
        return UserFactory.create(store=self.store, role=role, **fields)
