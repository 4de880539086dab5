"""The script `./rada` finds a Python that is new enough, or says what it found instead."""

import shutil
import subprocess
from pathlib import Path

import pytest

from stack.services import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout that was never used, and a PATH with nothing but a shell's own tools."""
    shutil.copy(ROOT / "rada", tmp_path / "rada")
    (tmp_path / "requirements.lock").write_text("")
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in (
        "sh",
        "dirname",
        "readlink",
        "cmp",
        "mkdir",
        "rm",
        "cat",
        "cp",
        "mv",
        "sleep",
        "head",
    ):
        found = shutil.which(tool)
        assert found is not None
        (tools / tool).symlink_to(found)
    return tmp_path


def run(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    wanted = {**environment, "PATH": str(checkout / "bin"), "HOME": str(checkout)}
    return subprocess.run(
        [checkout / "rada", *arguments],
        capture_output=True, text=True, env=wanted, check=False, timeout=60, cwd="/",
    )  # fmt: skip


def test_without_python_it_says_what_is_needed(checkout: Path) -> None:
    """No Python at all: one sentence that says which, and how to name one."""
    done = run(checkout, "demo")

    assert done.returncode == 1
    assert "Python 3.11 or newer is needed. Found: none" in done.stderr
    assert "RADA_PYTHON=" in done.stderr
    assert not (checkout / ".venv").exists()


def test_an_old_python_is_named_with_its_version(checkout: Path) -> None:
    """What was found is said, with where it is."""
    old = checkout / "bin" / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)

    done = run(checkout, "demo")

    assert done.returncode == 1
    assert f"{old} is Python 3.9.2" in done.stderr
    assert not (checkout / ".venv.lock").exists()


def test_a_prepared_checkout_starts_through_a_link_and_from_anywhere(checkout: Path) -> None:
    """With .venv made from this very lock nothing is installed; arguments arrive as given."""
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$PYTHONPATH|$*"\n')
    python.chmod(0o755)
    shutil.copy(checkout / "requirements.lock", checkout / ".venv" / ".rada-lock")
    link = checkout / "elsewhere"
    link.mkdir()
    (link / "rada").symlink_to("../rada")

    done = subprocess.run(
        [link / "rada", "key", "two words"],
        capture_output=True, text=True, check=False, timeout=60, cwd="/",
        env={"PATH": str(checkout / "bin")},
    )  # fmt: skip

    assert done.stdout == f"{checkout}|-m cli key two words\n", done.stderr


def test_two_at_once_install_once(checkout: Path) -> None:
    """The second waits for the first, and then finds that nothing is left to do."""
    log = checkout / "installs"
    fake = checkout / "bin" / "python3"
    venv_python = f'#!/bin/sh\\ncase "$*" in *pip*) echo install >> {log}; sleep 1;; esac\\n'
    fake.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        f"*venv*) mkdir -p {checkout}/.venv/bin; printf '{venv_python}'"
        f" > {checkout}/.venv/bin/python; chmod +x {checkout}/.venv/bin/python;;\n"
        "esac\n"
    )
    fake.chmod(0o755)
    (checkout / "bin" / "chmod").symlink_to(shutil.which("chmod") or "")
    both = [
        subprocess.Popen(
            [checkout / "rada", "status"],
            env={"PATH": str(checkout / "bin")}, stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip

    codes = [process.wait(60) for process in both]
    for process in both:
        assert process.stderr is not None
        process.stderr.close()

    assert codes == [0, 0]
    assert log.read_text().split() == ["install"]
