"""The name by which Discord knows a post of ours again."""

import base64
import hashlib
from collections.abc import Sequence

LENGTH = 25  # the longest that Discord takes


def nonce_of(channel_id: str, keys: Sequence[str], *, kind: str = "") -> str:
    """Return the nonce of one message: the same after a restart, never of another.

    Two different texts must not share one, or Discord would swallow the second: hence
    the channel, the keys of all alerts in it, and whether they are batched. A `kind` is
    given to what is no alert.
    """
    kind = kind or ("post" if len(keys) == 1 else "batch")
    names = "\n".join(sorted(keys))
    digest = hashlib.sha256(f"{channel_id}:{names}:{kind}".encode()).digest()
    return base64.b32encode(digest).decode()[:LENGTH]
