"""The facts of a document as statements that can be checked against its text."""
