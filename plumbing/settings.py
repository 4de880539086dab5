"""Settings of every process, from the environment: RADA_KAFKA__BOOTSTRAP_SERVERS and so on."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.topics import PARTITIONS_DEFAULT


class KafkaSettings(BaseModel):
    """How to reach Kafka. The TLS and SASL settings carry librdkafka's names."""

    bootstrap_servers: str = "127.0.0.1:9092"
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    ssl_ca_location: Path | None = None
    ssl_certificate_location: Path | None = None
    ssl_key_location: Path | None = None
    ssl_key_password: SecretStr | None = None
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    partitions: int = Field(default=PARTITIONS_DEFAULT, ge=1, le=1000)
    replication_factor: int = Field(default=1, ge=1)
    min_insync_replicas: int = Field(default=1, ge=1)


class RedisSettings(BaseModel):
    """Where the live picture stands (Redis or Valkey; `rediss://` for TLS)."""

    url: SecretStr = SecretStr("redis://127.0.0.1:6379/0")


class HttpSettings(BaseModel):
    """Where a service listens. Loopback unless told otherwise."""

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)


class Settings(BaseSettings):
    """What a process is told from outside; nothing here may change what the core concludes."""

    model_config = SettingsConfigDict(
        env_prefix="RADA_", env_nested_delimiter="__", extra="ignore", frozen=True
    )

    kafka: KafkaSettings = KafkaSettings()
    redis: RedisSettings = RedisSettings()
    http: HttpSettings = HttpSettings()
    namespace: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9-]{0,39})?$")
    clock: Literal["wall", "played"] = "wall"
    communities: Path = Path("communities")
    instance: str = "1"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    snapshot_seconds: float = Field(default=60, gt=0)
    journal_days: float = Field(default=30, ge=0)
