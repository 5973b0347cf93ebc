"""Loopback Discord, LLM and feed servers with knobs, for the demo and the tests."""
