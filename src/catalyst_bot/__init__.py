"""Event-driven trading alerts: news in, Discord card out, analysis edited in."""

__version__ = "0.1.0"
