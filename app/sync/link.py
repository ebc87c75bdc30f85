"""The laptop's end of the wire: HTTPS to one pinned hub. Promises words after the patience is over, never a hang.

Only the pinned root is an authority; a hub that shows another certificate is refused before anything is said to it.
"""
import ssl
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import urlsplit

import msgspec

from app.models.problem import Problem
from app.sync.seal import laptop_context
from app.sync.shapes import decoded
from app.sync.wire import Trouble

if TYPE_CHECKING:
    import httpx

PLAIN = "identity"
ROOT_MOST, ANSWER_MOST = 64 * 1024, 64 * 1024 * 1024  # bytes of a stranger's answer, and of the hub's: a segment at its largest
PATIENCE = 30.0  # seconds
_AGAIN = 1.0  # seconds between attempts to reach a hub that is not there yet
T = TypeVar("T")


class Reset(Exception):
    """The hub does not know the cursor: compare, never skip."""


class SessionLost(Exception):
    """The hub has forgotten the session (it was restarted, or an hour has passed): say hello again."""


class Way(Protocol):
    """The seam between an exchange and the network: bytes go to a hub, a status and bytes come back, or a Problem is raised."""

    def reach(self, method: str, path: str, content: bytes, token: str) -> tuple[int, bytes]:
        """Return the status and the bytes of the hub's answer."""

    def close(self) -> None:
        """Let go of the connection."""


class Https:
    """The way over the network; `root` is the hub's pinned certificate, None only to ask for it.

    Attributes: patience (seconds for an answer, and to find the hub again once it has answered), find (seconds to find it at
    all; as long where nothing is said).
    """

    def __init__(self, url: str, root: str | None, patience: float = PATIENCE, find: float | None = None) -> None:
        import httpx

        self.url, self.patience, self.find = url, patience, patience if find is None else min(find, patience)
        self._met, self._most = False, ROOT_MOST if root is None else ANSWER_MOST
        self._client = httpx.Client(base_url=url, verify=laptop_context(root), trust_env=False,
                                    timeout=httpx.Timeout(patience, connect=self.find))

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def reach(self, method: str, path: str, content: bytes, token: str) -> tuple[int, bytes]:
        """Return the status and the bytes of the hub's answer; asks again until the patience is over."""
        import httpx

        headers = {"accept-encoding": PLAIN} | ({"authorization": f"Bearer {token}"} if token else {})
        end = time.monotonic() + (self.patience if self._met else self.find)
        while True:
            try:
                with self._client.stream(method, path, content=content, headers=headers) as answer:
                    said = b"".join(self._limited(answer))
                self._met = True
                return answer.status_code, said
            except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
                if _is_certificate(error):
                    raise another_hub(self.url) from None
                if time.monotonic() + _AGAIN > end:
                    raise silent(self.url) from None
                time.sleep(_AGAIN)
            except (httpx.InvalidURL, httpx.UnsupportedProtocol):
                raise bad_url(self.url) from None
            except httpx.TimeoutException:
                raise silent(self.url) from None

    def _limited(self, answer: "httpx.Response") -> Iterator[bytes]:
        """Yield an answer as it comes, unpacked by nobody; Problem sync.strange for one that no hub gives: anybody may answer here."""
        size = 0
        if answer.headers.get("content-encoding", PLAIN) != PLAIN:
            raise strange(self.url)
        for part in answer.iter_raw():
            size += len(part)
            if size > self._most:
                raise strange(self.url)
            yield part


class Link:
    """What is said to a hub, whatever the way; `root` is its pinned certificate, None only to ask for it."""

    def __init__(self, url: str, root: str | None, patience: float = PATIENCE, way: Way | None = None) -> None:
        self.url, self.token = plain_url(url), ""
        self._way = way or Https(self.url, root, patience)

    def close(self) -> None:
        """Close the connection."""
        self._way.close()

    def text(self, path: str) -> str:
        """Return the text at an address."""
        return self._answer("GET", path, b"").decode(errors="replace")

    def ask(self, path: str, message: msgspec.Struct, shape: type[T]) -> T:
        """Return the hub's typed answer to a message."""
        content = self._answer("POST", path, msgspec.json.encode(message))
        try:
            return decoded(content, shape)
        except msgspec.DecodeError:
            raise strange(self.url) from None

    def fetch(self, path: str, message: msgspec.Struct) -> bytes:
        """Return the segment that answers a message; Reset where the hub does not know the cursor."""
        return self._answer("POST", path, msgspec.json.encode(message))

    def send(self, path: str, data: bytes, shape: type[T]) -> T:
        """Return the hub's typed answer to a segment."""
        content = self._answer("POST", path, data)
        try:
            return decoded(content, shape)
        except msgspec.DecodeError:
            raise strange(self.url) from None

    def _answer(self, method: str, path: str, content: bytes) -> bytes:
        status, answer = self._way.reach(method, path, content, self.token)
        if status == 200:
            return answer
        if status == 409:
            raise Reset
        if status == 401:
            raise SessionLost
        try:
            raise decoded(answer, Trouble).problem()
        except msgspec.DecodeError:
            raise strange(self.url) from None


def plain_url(text: str) -> str:
    """Return the https address of a hub; Problem sync.address where it is none."""
    url = text.strip()
    url = (url if "://" in url else "https://" + url).rstrip("/")
    try:
        parts = urlsplit(url)
        whole = parts.scheme == "https" and parts.hostname and parts.port != 0 and " " not in url
    except ValueError:  # a port that is no number
        whole = False
    if not whole:
        raise bad_url(text)
    return url


def bad_url(text: str) -> Problem:
    """Return the Problem of an address that is none."""
    return Problem("sync.address", f"“{text}”不是有效的地址。请按 https://192.168.1.10:8443 的样子填写。",
                   f"“{text}” is not an address. Give one like https://192.168.1.10:8443.")


def silent(url: str) -> Problem:
    """Return the Problem of a hub that does not answer."""
    return Problem("sync.silent", f"联系不上 {url}。请看看乡镇的电脑和网络是否开着；也可以用U盘。本机数据都在。",
                   f"{url} does not answer. See whether the office's computer and the network are on, or use a stick. "
                   "Everything is safe on this computer.", status=1)


def another_hub(url: str) -> Problem:
    """Return the Problem of a hub that is not the one that was paired."""
    return Problem("sync.another_hub", f"{url} 不是已配对的那台乡镇电脑（证书不符），没有发送任何数据。请核对地址，或向乡镇要新的配对码重新配对。",
                   f"{url} is not the hub that was paired (its certificate is another); nothing was sent. Check the address, "
                   "or ask the office for a new pairing code and pair again.")


def strange(url: str) -> Problem:
    """Return the Problem of an answer that no hub gives."""
    return Problem("sync.strange", f"{url} 的回答不是乐业的格式。请核对地址，或把两边的程序升级到同一版本。",
                   f"{url} does not answer as a Leye hub does. Check the address, or bring both programs to the same version.")


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
