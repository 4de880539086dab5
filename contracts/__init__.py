"""What crosses a topic or HTTP: models, names and identities, without any input or output."""
