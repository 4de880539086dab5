"""What only the gateway is told: how far it may be seen, its heartbeat, and its own bounds."""

import ipaddress
from typing import Final, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.alert_gateway.projection import STREAM_LENGTH
from services.alert_gateway.streaming import WRITE_SECONDS
from services.alert_gateway.subscribers import BYTES_MAX, ITEMS_MAX

LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")


class NotLoopback(ValueError):
    """The gateway was told to listen where strangers could read: it has no identities yet."""


class GatewaySettings(BaseSettings):
    """Settings of the gateway alone, from RADA_GATEWAY__NETWORK and so on."""

    model_config = SettingsConfigDict(env_prefix="RADA_GATEWAY__", extra="ignore", frozen=True)

    network: Literal["loopback", "container"] = "loopback"
    """`container`: listens on all of its container's addresses, and whoever runs it publishes
    the port on the host's loopback only. Nothing inside can check that promise."""
    heartbeat_seconds: float = Field(default=15, gt=0)
    queue_items: int = Field(default=ITEMS_MAX, ge=1)
    queue_bytes: int = Field(default=BYTES_MAX, ge=1)
    write_seconds: float = Field(default=WRITE_SECONDS, gt=0)
    stream_length: int = Field(default=STREAM_LENGTH, ge=10)


def check_host(host: str, network: str) -> None:
    """Refuse an address that others than this machine could reach.

    Raises:
        NotLoopback: the host is no loopback address and no container was declared.
    """
    if network == "container" or host == "localhost":
        return
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise NotLoopback(
            f"RADA_HTTP__HOST is {host}; allowed is a loopback address (127.0.0.1, ::1, "
            "localhost), because readers have no identities yet and the gateway would show "
            "every port's alerts to whoever reaches it. In a container whose port is published "
            "on the host's loopback only, say so with RADA_GATEWAY__NETWORK=container"
        )
