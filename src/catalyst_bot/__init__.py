"""Event-driven trading alerts: news in, Discord card out, analysis edited in."""
