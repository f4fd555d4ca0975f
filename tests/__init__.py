"""The tests of Rapor: `python -m tests` runs every check there is, in the order of CI."""
