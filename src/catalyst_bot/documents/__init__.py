"""Documents as plain text that keeps its places: what all reading works on.

Bytes are decoded (`decoding`); plain text is kept as it is (`plain`), a page is walked
into blocks (`page`, `tables`, `boilerplate`) and put together (`blocks`, `reading`).
Then a part may be chosen (`excerpt`) and what was quoted be found again (`quoting`).
"""
