"""Documents as plain text that keeps its places: what all reading works on."""
