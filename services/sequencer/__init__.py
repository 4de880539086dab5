"""The sequencer: merges the inputs of a partition into one order, the journal, and adds ticks."""
