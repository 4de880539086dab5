"""The yard edge: work lists, moves, stock, plugs and machines."""
