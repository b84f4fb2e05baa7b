"""How facts of the trade are written and reckoned with: no rows, no clock."""

import os

# pypinyin reads its table of words at import, some 58 MB in each process, unless it is told not to. Names of people are read
# sign by sign and need none of it; the words that parts and work need are picked out of it once (dms/formats/pinyin.py).
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
