"""The first tier: what was asked lately, in this process."""

from collections import OrderedDict

MAX_BYTES = 32 << 20  # of all entries; 10,000 of 2 KB are 20 MB


class MemoryTier:
    """At most `max_entries` answers and MAX_BYTES; the longest unused goes first."""

    name = "memory"
    patience = 1.0  # seconds; it never waits

    def __init__(self, *, max_entries: int, max_bytes: int = MAX_BYTES) -> None:
        self._max_entries, self._max_bytes = max_entries, max_bytes
        self._entries: OrderedDict[bytes, bytes] = OrderedDict()
        self.size = 0  # bytes of all entries

    def __len__(self) -> int:
        return len(self._entries)

    async def get(self, key: bytes) -> bytes | None:
        """Return an entry, and note that it was used."""
        packed = self._entries.get(key)
        if packed is not None:
            self._entries.move_to_end(key)
        return packed

    async def put(self, key: bytes, packed: bytes, *, ttl: float) -> None:  # noqa: ARG002 - the entry knows when it expires
        """Keep an entry; one that would take more than all the room is not kept."""
        if len(packed) > self._max_bytes:
            return
        self.size += len(packed) - len(self._entries.pop(key, b""))
        self._entries[key] = packed
        while len(self._entries) > self._max_entries or self.size > self._max_bytes:
            _, dropped = self._entries.popitem(last=False)
            self.size -= len(dropped)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.size = 0
