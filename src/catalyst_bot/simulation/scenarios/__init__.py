"""What can happen in a demo: one file for each scenario."""
