"""All cryptography of the app: the store's key and its two wraps, device keys, the hub's certificates, seals and age.

Promises that nothing else in the program chooses an algorithm, and that no key is ever written in clear
(decisions/keys.md). The shapes are: a store key wrapped by the passphrase (argon2id) and by the recovery code (HKDF);
Ed25519 for what a device says, X25519 (age) for what only one office may read, a P-256 root for whom to trust.
"""
import datetime
import hashlib
import secrets
import ssl
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyrage  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.models.problem import Problem
from app.sync.spelled import spell, spell_age, unspell

KEY = 32
RECOVERY = 16  # bytes of the printed code: 128 bits
PIN = 16  # bytes of the hub's root pin inside an invitation
KEYS_VERSION = 1
_NONCE = 12
MEMORY_KIB, ITERATIONS, LANES = 64 * 1024, 3, 2  # argon2id of the passphrase: RFC 9106's second choice
MEMORY_MOST, ITERATIONS_MOST, LANES_MOST = 1024 * 1024, 32, 16  # what a keys file may ask for; more is damage or an attack


class Wrap(msgspec.Struct):
    """One way to the store's key: how the wrapping key is derived, and the wrapped key."""

    kdf: str
    salt: str
    nonce: str
    wrapped: str
    memory: int = 0
    iterations: int = 0
    lanes: int = 0


class KeysFile(msgspec.Struct):
    """The file keys.json: salts, parameters and wrapped keys; no names, no places."""

    leye: int
    passphrase: Wrap
    recovery: Wrap


def new_keys(passphrase: str) -> tuple[KeysFile, bytes, str]:
    """Return the keys file, the new store key and the recovery code to print."""
    key, code = secrets.token_bytes(KEY), secrets.token_bytes(RECOVERY)
    keys = KeysFile(KEYS_VERSION, _wrap_passphrase(key, passphrase), _wrap_recovery(key, code))
    return keys, key, spell(code)


def changed_passphrase(keys: KeysFile, key: bytes, passphrase: str) -> KeysFile:
    """Return the keys file with another passphrase; the store's key and the recovery code stay."""
    return KeysFile(KEYS_VERSION, _wrap_passphrase(key, passphrase), keys.recovery)


def key_by_passphrase(keys: KeysFile, passphrase: str) -> bytes:
    """Return the store's key; Problem workspace.passphrase when the passphrase is another one."""
    wrap = keys.passphrase
    if wrap.kdf != "argon2id" or wrap.memory > MEMORY_MOST or wrap.iterations > ITERATIONS_MOST or not 0 < wrap.lanes <= LANES_MOST:
        raise _damaged_keys()
    try:
        return _unwrap(wrap, _stretch(passphrase, wrap))
    except (ValueError, OverflowError):
        raise _damaged_keys() from None
    except InvalidTag:
        raise Problem("workspace.passphrase", "口令不对，数据没有打开，也没有任何改动。请重新输入；忘记口令时用恢复卡上的恢复码。",
                      "The passphrase is wrong; nothing was opened or changed. Try again, or use the code on the recovery card.") from None


def key_by_recovery(keys: KeysFile, recovery: str) -> bytes:
    """Return the store's key; Problem workspace.recovery when the code is mistyped or another workspace's."""
    code = unspell(recovery, RECOVERY)
    if code is None:
        raise Problem("workspace.recovery", "恢复码输错了（校验不符）。请对照恢复卡逐组核对。",
                      "The recovery code was mistyped (its check part does not fit). Compare it with the card group by group.")
    try:
        return _unwrap(keys.recovery, _expand(code, keys.recovery))
    except ValueError:
        raise _damaged_keys() from None
    except InvalidTag:
        raise Problem("workspace.recovery", "这张恢复卡不是这个工作区的。请找出建立本工作区时打印的恢复卡。",
                      "This recovery card belongs to another workspace. Find the card printed when this one was made.") from None


def read_keys(data: bytes) -> KeysFile:
    """Return the keys file; Problem workspace.newer or workspace.keys when it cannot be used."""
    try:
        version = msgspec.json.decode(data).get("leye")
        if isinstance(version, int) and version > KEYS_VERSION:
            raise Problem("workspace.newer", "这个工作区是用更新版本的乐业建立的。请升级本机的程序后再打开；数据没有改动。",
                          "This workspace was made by a newer Leye. Update the program here, then open it; nothing was changed.")
        return msgspec.json.decode(data, type=KeysFile)
    except (msgspec.DecodeError, AttributeError, RecursionError):
        raise _damaged_keys() from None


def _damaged_keys() -> Problem:
    return Problem("workspace.keys", "密钥文件 keys.json 已损坏，无法打开工作区。请从备份恢复这个文件，不要新建。",
                   "The key file keys.json is damaged, so the workspace cannot be opened. Restore that file from a backup; do not make a new one.")


def _wrap_passphrase(key: bytes, passphrase: str) -> Wrap:
    wrap = Wrap("argon2id", secrets.token_hex(16), secrets.token_hex(12), "", MEMORY_KIB, ITERATIONS, LANES)
    wrap.wrapped = AESGCM(_stretch(passphrase, wrap)).encrypt(bytes.fromhex(wrap.nonce), key, _about(wrap)).hex()
    return wrap


def _wrap_recovery(key: bytes, code: bytes) -> Wrap:
    wrap = Wrap("hkdf-sha256", secrets.token_hex(16), secrets.token_hex(12), "")
    wrap.wrapped = AESGCM(_expand(code, wrap)).encrypt(bytes.fromhex(wrap.nonce), key, _about(wrap)).hex()
    return wrap


def _unwrap(wrap: Wrap, with_key: bytes) -> bytes:
    return AESGCM(with_key).decrypt(bytes.fromhex(wrap.nonce), bytes.fromhex(wrap.wrapped), _about(wrap))


def _about(wrap: Wrap) -> bytes:
    return f"leye keys {KEYS_VERSION} {wrap.kdf} {wrap.memory} {wrap.iterations} {wrap.lanes}".encode()


def _stretch(passphrase: str, wrap: Wrap) -> bytes:
    secret = unicodedata.normalize("NFKC", passphrase).encode()
    return Argon2id(salt=bytes.fromhex(wrap.salt), length=KEY, iterations=wrap.iterations, lanes=wrap.lanes,
                    memory_cost=wrap.memory).derive(secret)


def _expand(code: bytes, wrap: Wrap) -> bytes:
    return HKDF(hashes.SHA256(), KEY, bytes.fromhex(wrap.salt), b"leye recovery code").derive(code)


# -- devices ----------------------------------------------------------------------------------------------------------
class DeviceKeys(NamedTuple):
    """What a device is known by: `sign` (Ed25519 seed, hex) for what it says, `age` (X25519 identity) for what it reads."""

    sign: str
    age: str

    @property
    def sign_public(self) -> str:
        """Return the public signing key, hex."""
        return _private(self.sign).public_key().public_bytes_raw().hex()

    @property
    def age_public(self) -> str:
        """Return the age recipient."""
        return str(pyrage.x25519.Identity.from_str(self.age).to_public())

    def signature(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of a message: 64 bytes."""
        return _private(self.sign).sign(message)


@lru_cache(maxsize=64)
def _private(sign: str) -> Ed25519PrivateKey:
    """Return the key of these hex digits; deriving its public half takes longer than signing."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(sign))


def new_device_keys() -> DeviceKeys:
    """Return fresh keys for a device."""
    return DeviceKeys(secrets.token_hex(KEY), str(pyrage.x25519.Identity.generate()))


class Box:
    """What seals files beside the store: AES-256-GCM under a key of its own for each purpose, derived from the store's."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._box = AESGCM(HKDF(hashes.SHA256(), KEY, None, f"leye box {purpose}".encode()).derive(key))

    def seal(self, data: bytes, about: bytes = b"") -> tuple[bytes, bytes]:
        """Return the data sealed: nonce, and cipher text with its tag. about: what it can only be opened with, in clear."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce, self._box.encrypt(nonce, data, about)

    def open(self, sealed: bytes, about: bytes = b"") -> bytes | None:
        """Return what was sealed, nonce first; None where it is damaged, of another key or about something else."""
        try:
            return self._box.decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
        except (InvalidTag, ValueError):
            return None


@lru_cache(maxsize=4096)
def signed_by(public: str, signature: bytes, message: bytes) -> bool:
    """Return whether the holder of this Ed25519 public key (hex) signed the message. Seals come again and again."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class Damaged(ValueError):
    """What claims to be an age file of ours was altered or cut."""


def encrypt_stream(recipients: Sequence[str], pieces: Iterator[bytes], write: Callable[[bytes], object]) -> None:
    """Write the pieces as one age file that only the named recipients can open, holding no more than one piece."""
    source, target = _Source(pieces), _Target(write)
    try:
        pyrage.encrypt_io(source, target, [pyrage.x25519.Recipient.from_str(r) for r in recipients])
    except (pyrage.EncryptError, OSError):
        if (why := source.trouble or target.trouble) is None:
            raise
        raise why from None


def decrypt_stream(keys: Sequence[DeviceKeys], pieces: Iterator[bytes], take: Callable[[bytes], object]) -> bool:
    """Hand what an age file says to `take`, piece by piece; returns False where it is meant for others.

    Raises Damaged where it is altered or cut, which may show only after much was handed over: act on nothing before the end.
    """
    source, target = _Source(pieces), _Target(take)
    try:
        pyrage.decrypt_io(source, target, [pyrage.x25519.Identity.from_str(one.age) for one in keys])
    except (pyrage.DecryptError, OSError) as error:
        if (why := source.trouble or target.trouble) is not None:
            raise why from None
        if isinstance(error, pyrage.DecryptError) and not target.taken:
            return False
        raise Damaged from None
    return True


class _Source:
    """Pieces as the file that age reads; remembers what went wrong there, which age would only call an error."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.rest = pieces, b""
        self.trouble: Exception | None = None

    def read(self, most: int = -1) -> bytes:
        try:
            while not self.rest and (piece := next(self.pieces, None)) is not None:
                self.rest = piece
        except Exception as trouble:
            self.trouble = trouble
            raise
        most = len(self.rest) if most < 0 else most
        out, self.rest = self.rest[:most], self.rest[most:]
        return out


class _Target:
    """What age writes to."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self.take, self.taken = take, False
        self.trouble: Exception | None = None

    def write(self, data: bytes) -> int:
        self.taken = True
        try:
            self.take(data)
        except Exception as trouble:
            self.trouble = trouble
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""


def keys_from(secret: bytes, purpose: str) -> DeviceKeys:
    """Return the keys that follow from a secret for one purpose: who has the secret can open what is locked for them."""
    def derived(what: str) -> bytes:
        return HKDF(hashes.SHA256(), KEY, None, f"leye {purpose} {what}".encode()).derive(secret)
    return DeviceKeys(derived("sign").hex(), spell_age(derived("read")))


def token() -> bytes:
    """Return 16 bytes that cannot be guessed."""
    return secrets.token_bytes(16)


def digest(data: bytes) -> str:
    """Return the SHA-256 of the data, hex: how tokens are kept."""
    return hashlib.sha256(data).hexdigest()


# -- the hub's root and its working certificate -------------------------------------------------------------------------
BEGINNING = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)  # village clocks are wrong by decades, so that no
END = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)  # certificate may depend on one: pins and grants do


class HubKeys(NamedTuple):
    """What an office is known by: the root that laptops pin, and the working key it certifies. PEM texts, keys in clear."""

    root_key: str
    root: str
    work_key: str
    work: str


def new_hub_keys() -> HubKeys:
    """Return a root of its own (P-256, X.509) and a working certificate signed by it."""
    root_key, work_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Leye hub root")])
    root = _certificate(name, name, root_key, root_key, authority=True)
    work = _certificate(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Leye hub")]), name, work_key, root_key, authority=False)
    return HubKeys(_private_pem(root_key), _pem(root), _private_pem(work_key), _pem(work))


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey,
                 signer: ec.EllipticCurvePrivateKey, *, authority: bool) -> x509.Certificate:
    usage = x509.KeyUsage(digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
                          key_agreement=False, key_cert_sign=authority, crl_sign=authority, encipher_only=False, decipher_only=False)
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(BEGINNING).not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False))
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("leye.hub")]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _private_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


def pin_of(root: str) -> bytes:
    """Return the pin of a root certificate (PEM): 16 bytes of the hash of its public key; ValueError when it is none."""
    public = x509.load_pem_x509_certificate(root.encode()).public_key()
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).digest()[:PIN]


def root_signature(hub: HubKeys, message: bytes) -> bytes:
    """Return the root's signature of a statement about the hub's present keys."""
    key = serialization.load_pem_private_key(hub.root_key.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.sign(message, ec.ECDSA(hashes.SHA256()))


def signed_by_root(root: str, signature: bytes, message: bytes) -> bool:
    """Return whether the root of this certificate (PEM) signed the message."""
    public = x509.load_pem_x509_certificate(root.encode()).public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        return False
    try:
        public.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def hub_context(hub: HubKeys) -> ssl.SSLContext:
    """Return the server side of TLS. The key passes through a file only encrypted by a password made for the moment."""
    password = secrets.token_bytes(KEY)
    key = serialization.load_pem_private_key(hub.work_key.encode(), None)
    locked = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                               serialization.BestAvailableEncryption(password.hex().encode()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    with tempfile.TemporaryDirectory(prefix="leye-") as folder:
        path = Path(folder) / "hub.pem"
        path.write_bytes(hub.work.encode() + locked)
        context.load_cert_chain(path, password=password.hex())
    return context


def laptop_context(root: str | None) -> ssl.SSLContext:
    """Return the client side of TLS: the pinned root (PEM) is the only authority. None is for asking for the root alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False  # a hub on the LAN has an address, not a name; its root is what is checked
    if root is None:
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_verify_locations(cadata=root)
    return context
