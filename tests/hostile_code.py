"""Code that tries to get out of a sandbox, or to take the machine with it."""

# Each attempt with a part of what it must be told.
ESCAPES = {
    "import os\nos.system('touch owned')": "AttributeError",
    "import os\nprint(os.environ['PATH'])": "RuntimeError",
    "print(open('/etc/passwd').read())": "PermissionError",
    "open('owned', 'w').write('x')": "PermissionError",
    "from pathlib import Path\nPath('owned').write_text('x')": "PermissionError",
    "import socket": "ModuleNotFoundError",
    "import subprocess": "ModuleNotFoundError",
    "import urllib.request": "ModuleNotFoundError",
    "import ctypes": "ModuleNotFoundError",
    "__import__('os').system('id')": "NameError",
    "print(().__class__.__bases__[0].__subclasses__())": "AttributeError",
    "print(getattr((), '__cl' + 'ass__'))": "AttributeError",
    "print('{0.__class__.__mro__}'.format(1))": "AttributeError",
    "print('{0.__globals__}'.format(llm_query))": "AttributeError",
    "print(llm_query.__self__)": "AttributeError",
    "print(eval('().__class__'))": "AttributeError",
}
STUBBORN = "while True:\n try:\n  while True: pass\n except BaseException: pass"
# What only a clock ends.
ENDLESS = {
    "while True: pass": "TimeoutError",
    STUBBORN: "TimeoutError",
    "x = 7 ** (4 * 10**7)": "TimeoutError",  # in which the interpreter does not look up
    "while True: print('x' * 10**6)": "MemoryError",
}
GREEDY = {
    "x = 10**10**8": "MemoryError",
    "x = 'x' * 10**10": "MemoryError",
    "x = []\nwhile True: x.append('y' * 10**6)": "MemoryError",
    "print(f'{1:>9999999999}')": "MemoryError",
    "def f(): f()\nf()": "RecursionError",
    "while True:\n try: llm_query(1)\n except Exception: pass": "more than 1000 calls",
}
