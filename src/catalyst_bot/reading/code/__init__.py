"""Questions answered by code that the model writes, which runs in a sandbox."""
