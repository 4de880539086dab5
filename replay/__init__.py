"""A stretch of the journal run again: compared, played, or under another policy."""
