"""Vectors of the simulated model: texts with the same words are near, in any order."""

import hashlib
import re

DIMENSIONS = 256


def embedding_of(text: str) -> list[float]:
    """Return a vector that counts the words of a text, each in a place of its own."""
    vector = [0.0] * DIMENSIONS
    for word in re.findall(r"\w+", text.casefold()):
        place = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
        vector[place % DIMENSIONS] += 1.0
    return vector
