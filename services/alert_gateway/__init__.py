"""The live picture for readers: from Kafka into Redis, and out by REST, streams and the board."""
