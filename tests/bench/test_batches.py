"""What runs by the ten thousand, at a very small size: each part is proved right, and a wrong outcome is no result."""

import pytest

from bench import batches
from bench.batches import PARTS


@pytest.mark.parametrize("part", [part for part in PARTS if not part.kills], ids=lambda part: part.name)
def test_every_part_does_all_of_it(world, part, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    part.prepare(20, tmp_path)
    with pytest.raises(AssertionError):
        part.prove(20)
    part.run(tmp_path)
    part.prove(20)


def test_follow_ups_are_written_once_however_often_they_are_prepared(world, tmp_path):
    for count in (20, 30):
        batches.write_follow_ups(count, tmp_path)
        batches.run_care(tmp_path)
        batches.prove_once(count)
