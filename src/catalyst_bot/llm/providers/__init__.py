"""The servers that complete prompts, one file for each dialect."""
