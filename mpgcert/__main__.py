"""`python -m mpgcert` is the command line."""

from mpgcert.cli import main

if __name__ == "__main__":
    main()
