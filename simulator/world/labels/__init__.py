"""What is truly so in the hidden world: labels from its state alone, never from rules or events."""
