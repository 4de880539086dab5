"""API keys: made once, kept as hashes, recognised without being stored."""

import re

import pytest

from plumbing.keys import Keyring, UnknownKey, hash_of, make_key


def test_a_key_names_its_owner_and_holds_256_random_bits() -> None:
    """The words are for people, the 43 characters are the secret; no two are alike."""
    key, kept = make_key("COCTG", "ter-ctg-1")

    assert re.fullmatch(r"rada_COCTG_ter-ctg-1_[A-Za-z0-9_-]{43}", key)
    assert kept == hash_of(key)
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", kept)
    assert make_key("COCTG", "ter-ctg-1")[0] != key


def test_a_key_may_belong_to_several_ports() -> None:
    """One hash in two profiles is one credential for both."""
    key, kept = make_key("COCTG", "car-rda")
    ring = Keyring([("COCTG", "car-rda", kept), ("PECLL", "car-rda-pe", kept)])

    credential = ring.credential({"x-api-key": key})

    assert credential.organisations == {"COCTG": "car-rda", "PECLL": "car-rda-pe"}
    assert str(credential) == "car-rda@COCTG, car-rda-pe@PECLL"


def test_hashes_that_begin_alike_are_told_apart() -> None:
    """The index only narrows the search; the whole hash decides."""
    key, kept = make_key("COCTG", "car-rda")
    twin = kept[:-1] + ("0" if kept[-1] != "0" else "1")

    assert Keyring([("COCTG", "other", twin), ("COCTG", "car-rda", kept)]).credential(
        {"authorization": f"bearer {key}"}
    ).organisations == {"COCTG": "car-rda"}
    with pytest.raises(UnknownKey):
        Keyring([("COCTG", "other", twin)]).credential({"x-api-key": key})


@pytest.mark.parametrize("key", ["x" * 100_000, "\N{SNOWMAN}", "sha256:" + "0" * 64])
def test_an_odd_key_is_unknown(key: str) -> None:
    """A key of any length or script is only unknown, and is not repeated."""
    with pytest.raises(UnknownKey) as caught:
        Keyring([]).credential({"x-api-key": key})

    assert key not in str(caught.value)
