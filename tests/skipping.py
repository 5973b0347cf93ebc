"""Whether a test may be skipped because something is absent."""

import os


def may_skip() -> bool:
    """Tell whether the machine may lack something; CI has everything."""
    return os.environ.get("CATALYST_TESTS_NO_SKIP") != "1"
