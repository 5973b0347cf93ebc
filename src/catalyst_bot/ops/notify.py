"""Tell systemd how the daemon fares: sd_notify(3) by hand, no library needed."""

import socket
import time
from collections.abc import Mapping


class Notifier:
    """Sends states to `$NOTIFY_SOCKET`; does nothing where no one listens.

    Args:
        address: a path, or "@name" for an abstract socket; "" turns it off.
    """

    def __init__(self, address: str) -> None:
        is_abstract = address.startswith("@")
        self._address = f"\0{address[1:]}" if is_abstract else address

    def ready(self, status: str) -> None:
        """Say that the start or a reload is complete."""
        self._send(f"READY=1\nSTATUS={_line(status)}")

    def reloading(self) -> None:
        """Say that the configuration is read again; `ready` tells when that is over."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Say that the shutdown has begun; TimeoutStopSec counts from here."""
        self._send("STOPPING=1\nSTATUS=stopping")

    def status(self, text: str) -> None:
        """Show one line in `systemctl status`."""
        self._send(f"STATUS={_line(text)}")

    def alive(self) -> None:
        """Restart the watchdog's clock."""
        self._send("WATCHDOG=1")

    def _send(self, state: str) -> None:
        if not self._address:
            return
        kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
        try:
            with socket.socket(socket.AF_UNIX, kind) as channel:
                channel.setblocking(False)
                channel.sendto(state.encode(), self._address)
        except OSError:
            # Nobody listens, or the queue is full: a lost state is no reason to stop.
            return


def watchdog_period(environ: Mapping[str, str], *, pid: int) -> float:
    """Return the seconds between two pings, half of WATCHDOG_USEC; 0.0 = none wanted.

    WATCHDOG_PID names the process that systemd expects to ping; another one must not.
    """
    wanted = environ.get("WATCHDOG_PID", "")
    microseconds = environ.get("WATCHDOG_USEC", "")
    if wanted not in ("", str(pid)) or not microseconds.isdecimal():
        return 0.0
    return int(microseconds) / 2_000_000


def _line(text: str) -> str:
    return " ".join(text.split())
