"""Cards out: rendering, cleaning of hostile text, the Discord writer, the terminal."""
