"""Running it for months: logs, secrets, metrics, health, systemd, schedule."""
