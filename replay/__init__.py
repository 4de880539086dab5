"""A stretch of the journal run again: compared with what was said live, played, or under another policy."""
