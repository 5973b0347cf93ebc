"""Public functions that no test of the whole product enters, each with the reason."""

UNREACHED: dict[str, str] = {}
