"""Answers that are asked for again and again, kept as long as what they were worked out of."""

from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")
KEPT_MAX: Final = 4096


class Memo(dict[K, V]):
    """Answers of bounded number; they change speed, never what is said, and no snapshot has them.

    What makes an answer void is the matter of who keeps it: most hold beside it the frozen value
    that it was worked out of, and look whether that is still the very same.
    """

    __slots__ = ()

    def keep(self, question: K, answer: V) -> V:
        """Keep an answer and return it; when there are too many, begin anew."""
        if len(self) >= KEPT_MAX:
            self.clear()
        self[question] = answer
        return answer
