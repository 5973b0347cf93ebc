"""A guarded client for LLM servers; it knows nothing of news or Discord."""
