"""The primary is killed under clients that write: what counts as lost, and how long nobody was answered."""

from bench.failover import Written


def test_what_was_answered_and_is_not_there_is_lost_and_what_is_more_is_not_looked_at():
    written = Written([(1.0, 7), (2.0, 8)])
    assert written.lost({7, 8, 9}) == set()
    assert written.lost({7, 9}) == {8}


def test_the_silence_is_the_longest_time_without_an_answer_to_anybody():
    assert Written([(3.5, 3), (1.0, 1), (1.5, 2)]).silence == 2.0
    assert Written([(1.0, 1)]).silence == 0
    assert Written().silence == 0
