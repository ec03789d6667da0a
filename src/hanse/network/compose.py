"""compose.yaml of a network: all validators on one machine, or each house's own, by the same file."""

from __future__ import annotations

from hanse.network import besu, geth
from hanse.network.files import File
from hanse.network.sites import DOCKER, Network, Site

_BESU = """\
  image: {image}
  command: ["--config-file=/node/besu.toml"]
  healthcheck:
    test: ["CMD", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8545"]
"""

_GETH = """\
  image: {image}
  entrypoint: ["/bin/sh", "/node/start.sh"]
  healthcheck:
    test: ["CMD", "nc", "-z", "127.0.0.1", "8545"]
"""

_COMMON = """\
    interval: 5s
    timeout: 3s
    retries: 24
  restart: unless-stopped
  security_opt: ["no-new-privileges:true"]
  logging:
    driver: local
  # It saves what it knows.
  stop_grace_period: 60s
"""

_ALL = "# All validators on this machine, to try: docker compose up --detach\n"
_EACH = "# On each house's machine its own directory and this file: docker compose up --detach validator-2\n"


def file(network: Network) -> File:
    """The file for a network's directory."""
    kind = (_BESU if network.engine == "besu-qbft" else _GETH).format(image=image(network))
    head = _ALL if network.contained else _EACH
    services = "\n".join(_service(network, site) for site in network.sites)
    text = f"{head}name: hanse-network\n\nx-validator: &validator\n{kind}{_COMMON}\nservices:\n{services}"
    if network.contained:
        text += f"\nnetworks:\n  ground:\n    ipam:\n      config:\n        - subnet: {DOCKER}0/24\n"
    return File("compose.yaml", text)


def image(network: Network) -> str:
    """Name and version of the engine's image."""
    return besu.IMAGE if network.engine == "besu-qbft" else geth.IMAGE


def _service(network: Network, site: Site) -> str:
    text = f'  {site.name}:\n    <<: *validator\n    volumes: ["./{site.name}:/node"]\n'
    if not network.contained:
        return text + "    network_mode: host\n"
    port = site.ask + site.number - 1
    text += f'    ports: ["127.0.0.1:{port}:{site.ask}"]\n'
    return text + f"    networks: {{ground: {{ipv4_address: {site.host}}}}}\n"
