"""What fuzzing found once; each stays an input of the tests."""

from collections.abc import Mapping
from types import MappingProxyType

FOUND: Mapping[str, tuple[bytes, ...]] = MappingProxyType(
    {
        "alpaca": (
            b'\x01{"news": 5}',
            b'\x01{"news": [{"id": 1, "url": "htTps://x.y/"}]}',
        )
    }
)
