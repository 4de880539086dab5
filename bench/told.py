"""How a benchmark says what it is at while it runs."""

from collections.abc import Callable

Told = Callable[[str, float], None]
"""Called with what is done now and how much of it, 0 to 1."""
