"""Which columns a line of text needs of a row that it only names, for ``.only()``.

Django spends more on the thirty columns of a colleague than Postgres on the row.
"""


def person(path: str) -> tuple[str, ...]:
    """The name of a colleague."""
    return f"{path}__display_name", f"{path}__username"


def named(path: str) -> tuple[str, ...]:
    """The name of base data, in both languages."""
    return f"{path}__name", f"{path}__name_en"
