"""`python -m malsori`."""

from malsori.cli import main

if __name__ == "__main__":
    main()
