"""Finds by rule which headlines contradict an earlier one; pure, without a model."""
