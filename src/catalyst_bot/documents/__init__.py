"""Documents as plain text that keeps its places: what all reading works on.

Bytes are decoded (`decoding`), as much of them as may be read (`allowance`); plain text
is kept as it is (`plain`), a page is made a tree (`markup`) and walked into blocks
(`page`, `tables`, `boilerplate`) that are put together (`blocks`, `reading`).
Then a part may be chosen (`excerpt`) and what was quoted be found again (`quoting`).
"""
