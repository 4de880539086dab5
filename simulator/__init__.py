"""Worlds made by us: ports, ships, boxes and trucks, as their sources would report them."""
