"""The jars are those of the committed list, to the byte."""

from dataclasses import replace
from pathlib import Path

import pytest

from stack.kafka_jars import KAFKA_VERSION, JarRefused, cache_directory, fetch, listed


def test_every_kafka_jar_of_the_list_has_the_pinned_version() -> None:
    """One release of Kafka, not a mixture: another module's table must not choose for it."""
    versions = {jar.version for jar in listed() if jar.group == "org.apache.kafka"}

    assert versions == {KAFKA_VERSION}


def test_a_jar_with_other_bytes_is_refused_and_not_kept(tmp_path: Path) -> None:
    """A checksum that differs stops the start, names the jar, and keeps nothing of it."""
    good = next(jar for jar in listed() if jar.artifact == "jopt-simple")
    kept = fetch(tmp_path, jars=[good])[0]

    with pytest.raises(JarRefused, match=r"jopt-simple.*checksum .* found, 0000"):
        fetch(tmp_path, jars=[replace(good, sha256="0" * 64)])

    assert not kept.exists()


def test_a_torn_download_is_fetched_again(tmp_path: Path) -> None:
    """What an interrupted download left is replaced, not believed."""
    jar = next(jar for jar in listed() if jar.artifact == "jopt-simple")
    kept = fetch(tmp_path, jars=[jar])[0]
    whole = kept.read_bytes()
    kept.write_bytes(whole[:1000])

    again = fetch(tmp_path, jars=[jar])[0]

    assert again.read_bytes() == whole


def test_the_cache_is_the_users_and_not_the_checkouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG_CACHE_HOME is honoured, and a second checkout fetches nothing."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")

    assert cache_directory() == Path("/somewhere/rada")
