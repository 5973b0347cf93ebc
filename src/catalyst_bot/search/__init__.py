"""Search over the sources that can, and over what the bot has seen."""
