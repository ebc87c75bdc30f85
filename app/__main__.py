"""python -m app: the desktop, or a command."""
from app.cli import main

main()
