"""The systemd unit of a validator, the same in each one's directory."""

from __future__ import annotations

from hanse.network import besu, geth
from hanse.network.files import File
from hanse.network.sites import Network

HOME = "/var/lib/hanse-validator"

_UNIT = """\
# One validator on its own machine. {engine} {version} must be installed.
#
#   useradd --system --home-dir {home} --shell /usr/sbin/nologin hanse-validator
#   cp -r validator-N {home} && chown -R hanse-validator: {home} && chmod 700 {home}
#   cp {home}/hanse-validator.service /etc/systemd/system/
#   systemctl daemon-reload && systemctl enable --now hanse-validator
[Unit]
Description=Hanse: a validator of a league's chain
Wants=network-online.target
After=network-online.target time-sync.target
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
Type=exec
User=hanse-validator
Group=hanse-validator
StateDirectory=hanse-validator
StateDirectoryMode=0700
WorkingDirectory={home}
ExecStart={start}
Restart=on-failure
RestartSec=2
# It saves what it knows.
KillSignal=SIGTERM
# Besu is a Java program, which says 143 when it is ended.
SuccessExitStatus=143
TimeoutStopSec=120
LimitNOFILE=65536

UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
LockPersonality=yes
SystemCallArchitectures=native
"""


def file(network: Network) -> File:
    """The unit for a validator's directory."""
    if network.engine == "besu-qbft":
        start = (
            f"/opt/besu/bin/besu --config-file={HOME}/besu.toml --data-path={HOME} --genesis-file={HOME}/genesis.json"
        )
        name, version = "Besu", besu.VERSION
    else:
        start, name, version = f"/bin/sh {HOME}/start.sh", "go-ethereum", geth.VERSION
    text = _UNIT.format(engine=name, version=version, home=HOME, start=start)
    return File("hanse-validator.service", text)
