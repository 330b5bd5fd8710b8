"""Set up, run, test and measure the add-on: ``python3 -m dev --help``.

Everything outside ``dev/venv.py``'s environment is written with the standard
library alone, because nothing else exists on a fresh machine.
"""
