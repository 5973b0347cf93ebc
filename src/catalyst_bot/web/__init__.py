"""The HTTP face of the daemon: health, metrics, the API, the live page."""
