"""Where the configuration files lie that come with the product."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def shipped_file(name: str) -> Path:
    """Return the product's own file of that name, as a wheel or a checkout has it."""
    inside = PACKAGE / "config"  # where the wheel carries it
    return (inside if inside.is_dir() else PACKAGE.parents[1] / "config") / name
