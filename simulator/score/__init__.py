"""The score: what the core said of a generated run, beside what was truly so."""
