"""The second reading: prompt, verdict, and an enricher that reports outcomes."""
