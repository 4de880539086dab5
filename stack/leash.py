"""Start a program that dies with its parent: `python -I -S leash.py PARENT COMMAND...`.

On Linux the kernel kills the program when the thread that started it ends, even by SIGKILL.
Elsewhere nothing of the kind exists; there `./rada down` finds what was left by its pid file.
"""

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Put on the leash and become the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("the process that wanted this one is gone")
    os.execv(command[0], command)  # noqa: S606 - becoming the command is the point


if __name__ == "__main__":
    main()
