"""The real core, as the owner of a partition sees it."""

from correlation import engine, snapshot


class Correlation:
    """The functions of `correlation` under the names of `core.Core`."""

    new_state = staticmethod(engine.new_state)
    apply_frame = staticmethod(engine.apply_frame)
    freeze = staticmethod(snapshot.freeze)
    encode = staticmethod(snapshot.encode)
    thaw = staticmethod(snapshot.thaw)
