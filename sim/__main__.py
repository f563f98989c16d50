"""`python -m sim` is `kindling`."""

from sim.cli import main

main()
