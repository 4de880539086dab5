"""The picture: what is known of a port's calls, boxes, appointments and sources, fact by fact."""
