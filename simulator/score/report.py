"""The score card as one HTML file that needs nothing else, in Spanish, English or Portuguese."""

from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO, StringIO
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, StrictUndefined

from simulator.score.card import Card
from simulator.score.measures import Figures
from simulator.score.timeline import timeline

LANGUAGES: Final = ("es", "en", "pt")
_HERE: Final = files("simulator.score")


def report(card: Card, language: str) -> str:
    """Return the report of a score card in a language."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    install = environment.install_gettext_translations  # type: ignore[attr-defined]  # the extension's
    install(words(language), newstyle=True)
    environment.filters["share"] = lambda value: share(value, language)
    environment.filters["number"] = lambda value: number(value, language)
    template = environment.from_string(_HERE.joinpath("report.html.j2").read_text("utf-8"))
    document = card.document()
    return template.render(
        language=language,
        run=document["run"],
        overall=document["overall"],
        codes=document["codes"],
        no_rule=document["no_rule"],
        no_truth=document["no_truth"],
        measures=measures(card.overall),
        incident=timeline(card, language),
    )


def measures(overall: Figures) -> list[tuple[str, Any, str]]:
    """Return what stands at the head: its name (to be translated), the figure, and how it reads."""
    return [
        ("Precision", overall["precision"], "share"),
        ("Useful recall", overall["useful_recall"], "share"),
        ("Recall", overall["recall"], "share"),
        ("Median lead", overall["median_lead_min"], "minutes"),
        ("Duplicates", overall["duplicates"], "number"),
        ("Cleared within 30 min", overall["clear_within_30_min"], "share"),
        ("Audience exact", overall["audience_exact"], "share"),
        ("Cause right", overall["cause_right"], "share"),
        ("Alerts per desk in 10 min", overall["per_operator_10min"]["mean"], "number"),
        ("Chatter", overall["chatter"], "number"),
    ]


def words(language: str) -> GNUTranslations:
    """Return the report's words in a language; the English sentence is the key."""
    text = _HERE.joinpath("words", f"{language}.po").read_text("utf-8")
    compiled = BytesIO()
    write_mo(compiled, read_po(StringIO(text), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def share(value: float | None, language: str) -> str:
    """Return a share as people read it: `93.1 %`, with a comma in Spanish and Portuguese."""
    return "—" if value is None else f"{number(round(100 * value, 1), language)} %"


def number(value: float | None, language: str) -> str:
    """Return a number as people read it, a dash where there is none."""
    if value is None:
        return "—"
    text = f"{value:g}"
    return text if language == "en" else text.replace(".", ",")
