"""`python -m launchready` is the same command as `launchready`."""

from launchready.cli import main

if __name__ == "__main__":
    main()
