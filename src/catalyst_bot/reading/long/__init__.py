"""Questions to a long document: its answer can be checked, or it says what it lacks."""
