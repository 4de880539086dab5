"""The past again: a range of a journal through the same core, compared, played or tried anew."""
