"""Times as a person says them."""


def span(seconds: float) -> str:
    """Return a length of time in its largest fitting unit: 12 s, 3 min, 5 h, 4 days."""
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
