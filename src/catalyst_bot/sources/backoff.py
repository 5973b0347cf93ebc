"""How long a source rests: pure arithmetic, so that every case can be tested."""

LONGEST_PAUSE = 900.0  # seconds; a dead feed is tried at least each 15 min
_JITTER = 0.1  # of the interval, either way: sources must not march in step
_MOST_DOUBLINGS = 20  # far beyond LONGEST_PAUSE for any interval of a second or more


def pause(
    *,
    interval: float,
    failures: int = 0,
    is_permanent: bool = False,
    floor: float = 0.0,
    draw: float,
) -> float:
    """Return the seconds from the start of one poll to the start of the next.

    A well source rests for its interval ± 10 %. After n failures in a row it rests for
    a random part of 1, 2, 4 … intervals up to 15 min, and never less than it would in
    health. When a person must look (`is_permanent`) it goes to 7.5–15 min at once.

    Args:
        interval: the one in force, seconds.
        floor: seconds the server asked for: Retry-After, max-age; it always holds.
        draw: random, 0 <= draw < 1.
    """
    usual = interval * (1 - _JITTER + 2 * _JITTER * draw)
    if failures == 0:
        return max(usual, floor)
    if is_permanent:
        return max(usual, floor, LONGEST_PAUSE * (1 + draw) / 2)
    doublings = min(failures - 1, _MOST_DOUBLINGS)
    ceiling = min(interval * 2.0**doublings, LONGEST_PAUSE)
    return max(usual, floor, ceiling * draw)
