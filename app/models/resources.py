"""Where shipped data lies. Promises the same path from a checkout and from a bundle."""
import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """Return the path of a shipped file or folder, e.g. resource("dictionary", "codes.csv")."""
    bundled = getattr(sys, "_MEIPASS", None)
    home = Path(bundled) if bundled else Path(__file__).resolve().parents[2]
    return home.joinpath("resources", *parts)
