"""Moments as the people of a store read them off their clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """``at("2026-11-20 10:00")`` in China."""
    return datetime.fromisoformat(text).replace(tzinfo=HERE)
