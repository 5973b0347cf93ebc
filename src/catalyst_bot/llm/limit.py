"""How many requests the server really serves at a time, learnt from what it tells."""

from collections.abc import Callable

from catalyst_bot.llm.model import ServerTimes

_LOADING = 0.1  # seconds; such an answer tells of the disk, not of the load
_SMOOTHING = 0.2  # weight of one answer in the server's usual time
_STEADY = 0.5  # a wait of more than half an answer's time is a queue
_REFUSAL_PAUSE = 0.15  # seconds; refusals of one moment are one piece of news
_CUT = 0.5  # the most that one piece of news takes away
_SECOND = 0.2  # growth below two: there each trial doubles the load


class Limit:
    """From 1 to `ceiling` requests at a time; it starts at the ceiling.

    Additive increase, multiplicative decrease. A server that tells how long a request
    waited in its own queue (Ollama) shows what it serves at a time: behind n others
    that take W each, a wait of Q means n * W / Q. Any other server shows it by
    refusing: 429 or 503.
    """

    def __init__(self, ceiling: int, *, monotonic: Callable[[], float]) -> None:
        self.slots = ceiling
        self._ceiling, self._monotonic = ceiling, monotonic
        self._value = float(ceiling)
        self._worked = 0.0
        self._refused_at = -_REFUSAL_PAUSE

    def answered(self, times: ServerTimes | None, *, among: int) -> None:
        """Learn from a good answer; when sent it was one of `among` in flight."""
        if times is None:
            self._grow(0.5, among)
            return
        if times.loaded > _LOADING or not times.worked:
            return
        usual = self._worked or times.worked
        self._worked = usual + _SMOOTHING * (times.worked - usual)
        if times.waited > _STEADY * self._worked:
            served = (among - 1) * self._worked / times.waited
            self._shrink(max(served, self._value * _CUT))
        else:
            self._grow(1.0, among)

    def tried(self, times: ServerTimes | None, *, ahead: int) -> None:
        """Learn all at once from a trial behind `ahead` others on an idle server."""
        if times and times.worked and times.waited > _STEADY * times.worked:
            self._shrink(ahead * times.worked / times.waited)

    def refused(self, *, older: int) -> None:
        """Learn from a 429 or 503; `older` were sent before it and are still served.

        Those are what the server takes. Without any, all that it says is: less.
        """
        now = self._monotonic()
        if older:
            self._shrink(older)
        elif now - self._refused_at >= _REFUSAL_PAUSE:
            self._refused_at = now
            self._shrink(self._value * _CUT)

    def _grow(self, share: float, among: int) -> None:
        """One more for each round of answers; not while the half is not used."""
        if self.slots < self._ceiling and among >= self._value / 2:
            step = share / self._value if self._value >= 2.0 else _SECOND * share
            self._value = min(self._ceiling, self._value + step)
            self.slots = int(self._value)

    def _shrink(self, value: float) -> None:
        self._value = max(1.0, min(self._value, value))
        self.slots = int(self._value)
