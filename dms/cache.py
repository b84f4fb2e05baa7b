"""The cache is a convenience: a lost Redis makes pages slower, never unavailable."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.cache.backends.redis import RedisCache
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


class ForgivingRedisCache(RedisCache):
    """Redis, whose absence reads as an empty cache and swallows what is written."""

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
