"""The whole of Rada on one machine: real Kafka, real Valkey, our services, watched over.

`stack.running.running(directory, ...)` is the library form of `./rada up`, for the demo and tests.
"""
