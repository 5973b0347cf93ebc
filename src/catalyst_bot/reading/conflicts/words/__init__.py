"""The vocabulary of the conflict rules, by what it tells; our own."""
