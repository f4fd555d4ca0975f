"""Runs a program that ends with the process that started it: `python -m rapor.tied PARENT PROGRAM [ARGUMENT ...]`."""

import os
import sys

from queries.sandbox import limits

if __name__ == "__main__":
    limits.end_with(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606  the program that the parent named; no shell
