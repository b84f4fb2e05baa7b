"""What a written workbook says."""

import io

import openpyxl

from tests.dms import stack, stack_jobs  # noqa: F401 # registers the jobs of the tests


def table_of(attachment) -> list[list[object]]:
    with attachment.file.open("rb") as file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    return [list(row) for row in book.active.iter_rows(values_only=True)]
