"""What fuzzing found once; each stays an input of the tests."""

from collections.abc import Mapping
from types import MappingProxyType

FOUND: Mapping[str, tuple[bytes, ...]] = MappingProxyType({})
