"""Prints one line as PDF with what production installs: run by `make test` in the environment of runtime.txt."""

from __future__ import annotations

from io import BytesIO

import plutoprint


def main() -> None:
    book = plutoprint.Book(plutoprint.PAGE_SIZE_A4)
    book.load_html("<p lang='zh'>\u4efb\u52a1\u59d4\u6258\u4e66</p>")
    out = BytesIO()
    book.write_to_pdf_stream(out)
    if not out.getvalue().startswith(b"%PDF"):
        raise SystemExit("The PDF printer gave something that is no PDF.")


if __name__ == "__main__":
    main()
