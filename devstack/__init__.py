"""One command from a bare checkout to a running system. Standard library only: it runs before anything is installed."""
