"""Start-up wiring of the services: settings, Kafka clients, logs, the verbs of an edge."""
