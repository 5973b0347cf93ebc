"""The HTTP face of the daemon: health, readiness, metrics."""
