"""API keys: how one is made, kept and recognised. Only hashes are ever stored.

A key is 256 random bits behind readable words, so that a key found in a log or a mail tells whose
it is and can be withdrawn: `rada_COCTG_ter-ctg-1_<43 characters>`. What a key may do stands in the
profile that holds its hash, never in the key. With 256 random bits a plain SHA-256 is a sound way
to keep it: there is nothing to guess, so a slow hash would only slow the edge down.
"""

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

HASH_PREFIX: Final = "sha256:"
HEADERS: Final = "X-API-Key, or Authorization: Bearer"
_SECRET_BYTES: Final = 32
_INDEX_LENGTH: Final = 8
_KEY_LENGTH_MAX: Final = 200


class UnknownKey(Exception):
    """No key was given, or one that no profile holds; the message never repeats the key."""


@dataclass(frozen=True)
class Credential:
    """Who a key speaks for: one organisation in each port system whose profile holds its hash."""

    organisations: Mapping[str, str]
    """Port system -> organisation code."""

    def __str__(self) -> str:
        """Return the credential for a log line: `ter-ctg-1@COCTG`."""
        return ", ".join(f"{code}@{system}" for system, code in sorted(self.organisations.items()))


def make_key(system: str, organisation: str) -> tuple[str, str]:
    """Make a key for an organisation; return it, to be shown once, and the hash to be kept."""
    key = f"rada_{system}_{organisation}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    return key, hash_of(key)


def hash_of(key: str) -> str:
    """Return the form in which a profile keeps a key: `sha256:<hex>`."""
    return HASH_PREFIX + sha256(key.encode()).hexdigest()


def presented_key(headers: Mapping[str, str]) -> str:
    """Return the key that a request carries, from `X-API-Key` or `Authorization: Bearer`.

    Raises:
        UnknownKey: there is none; the message says which headers are read.
    """
    if key := headers.get("x-api-key", "").strip():
        return key
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    if scheme:
        raise UnknownKey(f"Authorization: found the scheme {scheme[:20]!r}; send {HEADERS}")
    raise UnknownKey(f"no API key was sent; send {HEADERS}")


class Keyring:
    """Every key hash of every profile, indexed so that a look-up costs the same with any number."""

    def __init__(self, held: Iterable[tuple[str, str, str]]) -> None:
        """Index `(system, organisation, hash)` triples."""
        organisations: dict[str, dict[str, str]] = {}
        for system, organisation, kept in held:
            organisations.setdefault(kept, {})[system] = organisation
        self._by_prefix: dict[str, list[tuple[str, Credential]]] = {}
        for kept, systems in organisations.items():
            entry = (kept, Credential(systems))
            self._by_prefix.setdefault(_index(kept), []).append(entry)

    def credential(self, headers: Mapping[str, str]) -> Credential:
        """Return whom the key of a request speaks for.

        Raises:
            UnknownKey: no key, or one that no profile holds.
        """
        key = presented_key(headers)
        if len(key) <= _KEY_LENGTH_MAX and key.isascii():
            digest, found = hash_of(key), None
            for kept, credential in self._by_prefix.get(_index(digest), ()):
                if hmac.compare_digest(kept, digest):
                    found = credential
            if found is not None:
                return found
        header = "X-API-Key" if headers.get("x-api-key", "").strip() else "Authorization"
        raise UnknownKey(
            f"the key in {header} is not known: it is mistyped, withdrawn or of"
            " another installation"
        )


def _index(kept: str) -> str:
    # The prefix of a hash tells nothing about a key, so finding it by dict is no leak of time.
    return kept[len(HASH_PREFIX) : len(HASH_PREFIX) + _INDEX_LENGTH]
