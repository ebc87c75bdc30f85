"""Fixtures of the sync tests."""
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from app.models.problem import Problem

Refused = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def refused() -> Refused:
    """Return a check that the block raises the Problem of this key, with a sentence in both languages."""

    @contextmanager
    def check(key: str) -> Iterator[None]:
        with pytest.raises(Problem) as caught:
            yield
        assert caught.value.key == key
        assert caught.value.zh.strip()
        assert caught.value.en.strip()

    return check
