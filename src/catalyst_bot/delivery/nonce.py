"""The name by which Discord knows a post of ours again."""

import base64
import hashlib
from collections.abc import Sequence

LENGTH = 25  # the longest that Discord takes


def nonce_of(channel_id: str, alert_keys: Sequence[str]) -> str:
    """Return the nonce of one message: the same after a restart, never of another.

    Two different texts must not share one, or Discord would swallow the second: hence
    the channel, all alerts, and whether they are batched.
    """
    kind = "post" if len(alert_keys) == 1 else "batch"
    keys = "\n".join(sorted(alert_keys))
    digest = hashlib.sha256(f"{channel_id}:{keys}:{kind}".encode()).digest()
    return base64.b32encode(digest).decode()[:LENGTH]
