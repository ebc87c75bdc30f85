"""Looks for personal data in clear: names, numbers and phones, as the three encodings write them."""
from collections.abc import Iterable
from pathlib import Path

ENCODINGS = ("utf-8", "utf-16-le", "gb18030")


def in_clear(secrets: Iterable[str], *places: Path) -> list[str]:
    """Return "file: which secret" for every file under these places that holds one; the names of files count too."""
    words = {text.encode(encoding): f"secret {n}" for n, text in enumerate(secrets) for encoding in ENCODINGS}
    files = [path for place in places for path in ([place] if place.is_file() else sorted(place.rglob("*")))]
    return [f"{path.name}: {name}" for path in files for word, name in words.items()
            if word in str(path).encode() or path.is_file() and word in path.read_bytes()]
