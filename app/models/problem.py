"""Problem: an error that a person can act on. Promises a plain sentence in both languages: what, where, what to do.

    Exception
    └── Problem      the file, the row, the peer, the passphrase; shown as a sentence, exit status 1 or 2
Everything else that is raised is a bug and rises.
"""
from app.models.language import language


class Problem(Exception):
    """A known trouble, with its sentence in both languages.

    Attributes: key (dotted id for tests and programs), zh, en, status (2: the input was refused and nothing was
    changed; 1: it failed on the way).
    """

    def __init__(self, key: str, zh: str, en: str, *, status: int = 2) -> None:
        super().__init__(key, zh, en)
        self.key, self.zh, self.en, self.status = key, zh, en, status

    def __str__(self) -> str:
        return self.zh if language() == "zh" else self.en
