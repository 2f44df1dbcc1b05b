"""`python -m api` is the `lifecircle` command, also where the package is not installed."""

from api.cli import main

if __name__ == "__main__":
    main()
