"""The cache is a convenience: a lost Redis makes pages slower, never unavailable."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])


def forgiving(method: F, answer: Callable[..., Any]) -> F:
    """The method, or ``answer`` of its arguments when Redis does not reply."""

    @wraps(method)
    def act(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except (RedisError, OSError):
            log.warning("the cache does not answer", extra={"operation": method.__name__})
            return answer(*args, **kwargs)

    return cast("F", act)


def given_default(_key: str, default: Any = None, **_kwargs: Any) -> Any:
    return default


class KeptClient(RedisCacheClient):
    """Makes its client once: Django makes one for every operation, which costs more than the operation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._made: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined] # the stubs leave it out
        made = self._made.get(id(pool))
        if made is None:
            made = self._made[id(pool)] = super().get_client(key, write=write)
        return made


class ForgivingRedisCache(RedisCache):
    """Redis, whose absence reads as an empty cache and swallows what is written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._class = KeptClient

    get = forgiving(RedisCache.get, given_default)
    get_many = forgiving(RedisCache.get_many, lambda *_a, **_k: {})
    set = forgiving(RedisCache.set, lambda *_a, **_k: None)
    set_many = forgiving(RedisCache.set_many, lambda *_a, **_k: [])
    add = forgiving(RedisCache.add, lambda *_a, **_k: True)
    delete = forgiving(RedisCache.delete, lambda *_a, **_k: False)
    delete_many = forgiving(RedisCache.delete_many, lambda *_a, **_k: None)
    touch = forgiving(RedisCache.touch, lambda *_a, **_k: False)
    has_key = forgiving(RedisCache.has_key, lambda *_a, **_k: False)
    incr = forgiving(RedisCache.incr, lambda *_a, **_k: 1)
    clear = forgiving(RedisCache.clear, lambda *_a, **_k: False)
