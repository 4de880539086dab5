"""The TLS and SASL settings in Faust's words."""

import ssl
from typing import Any

import faust

from plumbing.settings import KafkaSettings


def faust_credentials(kafka: KafkaSettings) -> Any:
    """Return what Faust needs to log in, None on a plain listener."""
    protocol = kafka.security_protocol
    context = _context(kafka) if protocol.endswith("SSL") else None
    if protocol.startswith("SASL"):
        password = kafka.sasl_password.get_secret_value() if kafka.sasl_password else None
        return faust.SASLCredentials(
            username=kafka.sasl_username,
            password=password,
            mechanism=kafka.sasl_mechanism or "PLAIN",
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context is not None else None


def _context(kafka: KafkaSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(
        cafile=str(kafka.ssl_ca_location) if kafka.ssl_ca_location else None
    )
    if kafka.ssl_certificate_location is not None:
        password = kafka.ssl_key_password.get_secret_value() if kafka.ssl_key_password else None
        context.load_cert_chain(
            str(kafka.ssl_certificate_location),
            str(kafka.ssl_key_location) if kafka.ssl_key_location else None,
            password,
        )
    return context
