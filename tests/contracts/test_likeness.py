"""What of a model can be read quickly, and what only the model itself may read."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

import msgspec
import pytest
from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    RootModel,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from contracts.likeness import Likeness, Texts, Unlike, check_instant_or_none, check_word

Strict = Annotated[int, Field(strict=True)]


class Lax(BaseModel):
    """A number that may come as text."""

    boxes: int


class Rooted(RootModel[tuple[str, ...]]):
    """A list and no object."""


class Pair(BaseModel):
    """A tuple of a fixed form."""

    ends: tuple[Strict, Strict]


class Infinite(BaseModel):
    """A number that may be none."""

    metres: Annotated[float, Field(strict=True)]


class Numbered(BaseModel):
    """A word that is a number."""

    version: Literal[1, 2]


class Stepped(BaseModel):
    """A constraint that is not known."""

    boxes: Annotated[int, Field(strict=True, multiple_of=2)]


class Patterned(BaseModel):
    """A pattern that may mean another thing to Python."""

    code: Annotated[str, StringConstraints(pattern=r"^\\w+$")]


class Mapped(BaseModel):
    """A part of a kind that is not known."""

    counts: dict[str, Strict]


class Before(BaseModel):
    """A value that is changed before it is checked."""

    code: Annotated[str, BeforeValidator(str.strip)]


class Asking(BaseModel):
    """A validator that asks for more than the value."""

    code: str

    @field_validator("code")
    @classmethod
    def _asks(cls, code: str, info: ValidationInfo) -> str:
        return code if info.field_name else ""


class Making(BaseModel):
    """A model that makes itself in its own way."""

    code: str

    def __init__(self, **given: Any) -> None:
        """Make it."""
        super().__init__(**given)


class Span(BaseModel):
    """Two numbers and a rule over both, an optional list, and words."""

    from_m: Strict
    to_m: Strict
    marks: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]$")], ...] | None = None
    side: Annotated[str, StringConstraints(pattern=r"^[PS]$")] | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.to_m < self.from_m:
            raise ValueError("to_m before from_m")
        return self

    @field_validator("to_m")
    @classmethod
    def _rounded(cls, metres: int) -> int:
        return metres // 10 * 10


class Plan(BaseModel):
    """A model with a part that has rules of its own."""

    span: Span


@pytest.mark.parametrize(
    "model",
    [
        Lax,
        Rooted,
        Pair,
        Infinite,
        Numbered,
        Stepped,
        Patterned,
        Mapped,
        Before,
        Asking,
        Making,
        Span,
    ],
)
def test_a_model_with_an_unknown_part_is_read_by_itself_alone(model: type[BaseModel]) -> None:
    """A constraint that is not known here is never passed over."""
    with pytest.raises(Unlike):
        Likeness().like(model)


@pytest.mark.parametrize(
    ("written", "is_taken"),
    [
        (b'{"from_m":1,"to_m":20}', True),
        (b'{"from_m":1,"to_m":20,"marks":["A"],"side":"P"}', True),
        (b'{"from_m":1,"to_m":20,"marks":null,"side":null}', True),
        (b'{"from_m":1,"to_m":25}', False),
        (b'{"from_m":30,"to_m":20}', False),
        (b'{"from_m":1,"to_m":20,"marks":["a"]}', False),
        (b'{"from_m":1,"to_m":20,"side":"X"}', False),
        (b'{"from_m":1,"to_m":20,"more":1}', False),
    ],
)
def test_what_a_model_would_refuse_or_change_is_not_taken(
    written: bytes, *, is_taken: bool
) -> None:
    """Rules over several fields and values that a validator changes are left to the model."""
    struct = Likeness().like(Plan)

    try:
        taken = msgspec.json.decode(b'{"span":%s}' % written, type=struct)
    except msgspec.ValidationError:
        taken = None

    assert (taken is not None) is is_taken


def test_a_text_that_passed_is_not_looked_at_again_until_too_many_came() -> None:
    """What is remembered is bounded, and what was known from the beginning stays."""
    looked: list[str] = []
    texts = Texts(looked.append, known=("SEA",))

    for number in range(5000):
        texts(str(number))
    texts("4999")
    texts("SEA")
    texts(None)

    assert len(looked) == 5000
    assert len(texts.passed) < 5000


@pytest.mark.parametrize("word", ["sea", " SEA", "MÁR"])
def test_a_word_that_the_model_would_write_otherwise_is_not_taken(word: str) -> None:
    """The model trims and capitalises; a quick look must not."""
    with pytest.raises(ValueError, match=word.strip()):
        check_word(word)


@pytest.mark.parametrize("moment", ["2026-11-05T12:00:00-05:00", "1999-12-31T23:59:59Z"])
def test_an_instant_that_the_model_would_turn_or_refuse_is_not_taken(moment: str) -> None:
    """Only what is in UTC already and of this century is read quickly; no instant is none."""
    check_instant_or_none(None)
    check_instant_or_none(datetime(2026, 11, 5, tzinfo=UTC))
    with pytest.raises(ValueError, match=moment[:4]):
        check_instant_or_none(datetime.fromisoformat(moment))
