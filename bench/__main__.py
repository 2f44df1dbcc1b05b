"""`python -m bench`: print the speed table and write docs/performance.md."""

from bench.run import main

main()
