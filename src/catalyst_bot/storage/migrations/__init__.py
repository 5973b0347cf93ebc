"""Alembic's folder: every step from an empty file to today's schema."""
