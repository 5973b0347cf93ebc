"""How a headline reads and whether it is worth an alert. Pure, no I/O."""
