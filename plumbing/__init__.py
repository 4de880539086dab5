"""Start-up wiring shared by the services: settings, Kafka clients, logs, and the verbs of an edge."""
