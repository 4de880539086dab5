"""What is kept of a person is forgotten (M13): who answered an alert, and where a plate was.

A truck without a ticket of the terminal is named by the token of its plate.

The keys of sealed particulars are destroyed outside; the core keeps no sealed word. What was said
of an alert already stands in its topic until compaction: the next version no longer names them.
"""

from typing import Final

from msgspec.structs import replace

from correlation.lifecycle_records import Response
from correlation.picture import travelling
from correlation.picture.fact import Fact
from correlation.picture.port import Port

ERASED: Final = "erased"


def erase(port: Port, fact: Fact) -> None:
    """M13: forget a token, or everything personal that an organisation's people left.

    Looks at every alert that is still kept: such a command is rare.
    """
    token, organisation = fact.data.token, fact.data.organisation
    if token:
        port.plates.drop(token)
        for name in [name for name in port.journeys if token in name.split(":")]:
            travelling.let_go(port, name)
    for alert_id, alert in list(port.alerts.items()):
        responses = {
            name: _without(response, token, all_of_it=name == organisation)
            for name, response in alert.responses.items()
        }
        if responses != alert.responses:
            port.alerts.put(alert_id, replace(alert, responses=responses))
            port.responded[alert_id] = None


def _without(response: Response, token: str | None, *, all_of_it: bool) -> Response:
    def kept(name: str | None) -> str | None:
        return ERASED if name is not None and (all_of_it or name == token) else name

    return replace(
        response,
        by=kept(response.by),
        assigned_to=kept(response.assigned_to),
        comments=tuple(
            replace(comment, by=ERASED, text=ERASED)
            if all_of_it or comment.by == token
            else comment
            for comment in response.comments
        ),
    )
