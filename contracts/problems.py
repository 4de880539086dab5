"""What can be wrong with a record, said so that its sender can mend it."""

from typing import Final, Literal, NamedTuple

Reason = Literal[
    "UNKNOWN_TYPE",
    "BAD_JSON",
    "BAD_FIELD",
    "WRONG_KEY",
    "TOO_LARGE",
    "NOT_ALLOWED",
    "UNKNOWN_FACILITY",
    "UNKNOWN_PORT",
    "PLAIN_PLATE",
    "CORE_RAISED",
    "NEVER_READ",
]
FOUND_LENGTH_MAX: Final = 200


class Problem(NamedTuple):
    """One thing that is wrong: a reason code, the field, what was found and what is allowed."""

    reason: Reason
    field: str
    found: str
    allowed: str

    def __str__(self) -> str:
        """Return the sentence for a log line or an error answer."""
        return f"{self.field}: found {self.found}, allowed is {self.allowed}"


class InvalidEvent(ValueError):
    """A record that may not enter: it does not parse, or breaks the rules of its type."""

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems; at least one is needed."""
        assert problems
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def shown(value: object) -> str:
    """Return a value as it may be repeated in an error answer: short, on one line."""
    text = repr(value) if not isinstance(value, str) else value
    text = " ".join(text.split())
    return text if len(text) <= FOUND_LENGTH_MAX else text[: FOUND_LENGTH_MAX - 1] + "…"
