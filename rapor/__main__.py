"""`python -m rapor`."""

from rapor import main

main()
