"""A limit of our own on the posts of one Discord channel.

Above about 30 messages a minute a channel refuses webhooks for 40 s and more, and no
header tells it beforehand (discord-api-docs #367). Staying below costs nothing: bursts
are batched a little sooner.
"""

from dataclasses import dataclass, field

from catalyst_bot.delivery.allowance import Share
from catalyst_bot.delivery.bucket import UNLIMITED

KEPT = 5  # posts of a minute that only breaking alerts may use, or half of fewer


class ChannelGuard:
    """So many posts a minute, 0 = no limit; times are monotonic seconds."""

    def __init__(self, per_minute: int) -> None:
        self._is_on = per_minute > 0
        self._kept = min(KEPT, per_minute // 2)
        self._share = Share(burst=float(per_minute), rate=per_minute / 60)
        self._paused_until = 0.0
        self._taken = 0

    def free(self, now: float, *, is_urgent: bool) -> int:
        """Return how many posts may start now."""
        if now < self._paused_until:
            return 0
        if not self._is_on:
            return UNLIMITED
        return max(0, self._share.free(now) - (0 if is_urgent else self._kept))

    def wait(self, now: float, *, is_urgent: bool) -> float:
        """Return the seconds until a post may start, 0.0 when it may now."""
        if self.free(now, is_urgent=is_urgent):
            return 0.0
        missing = 1.0 + (0 if is_urgent else self._kept) - self._share.tokens
        refill = missing / self._share.rate if self._is_on else 0.0
        return max(self._paused_until - now, refill)

    def take(self) -> None:
        """Count a post that begins now."""
        self._share.tokens -= 1
        self._taken += 1

    def pause(self, seconds: float, now: float) -> None:
        """Start no post for `seconds`: the limit that no header shows was met."""
        self._paused_until = max(self._paused_until, now + seconds)
        self._share.free(now)
        self._share.tokens = min(0.0, self._share.tokens)

    @property
    def taken(self) -> int:
        """Return how many posts were counted since it was made."""
        return self._taken


@dataclass(slots=True)
class Guards:
    """The guards of this process, by channel: several webhooks may write to one."""

    per_minute: int
    _known: dict[str, ChannelGuard] = field(default_factory=dict)

    def fresh(self) -> ChannelGuard:
        """Return a guard for a destination whose channel nobody has told yet."""
        return ChannelGuard(self.per_minute)

    def of(self, channel_id: str, guard: ChannelGuard) -> ChannelGuard:
        """Return the guard of a channel, which is `guard` when there was none."""
        known = self._known.setdefault(channel_id, guard)
        if known is not guard:
            for _ in range(guard.taken):
                known.take()
        return known
