"""News in: polling loops, safe fetching, and one parser for each kind of feed."""
