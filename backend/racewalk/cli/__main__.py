"""`python -m racewalk.cli` is the `racewalk` command."""

from racewalk.cli import main

main()
