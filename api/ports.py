"""Finding out before anything is started whether the server will get its port."""

import errno
import socket
import sys
from dataclasses import dataclass
from typing import Final

ANY_IPV6: Final = "::"
ANY_IPV4: Final = "0.0.0.0"  # noqa: S104 - a public server listens everywhere
_TRIES: Final = 100


class PortRefused(Exception):  # noqa: N818 - refusals say what happened
    """The address or port cannot be listened on; the message is one line."""


class PortTaken(PortRefused):
    """Another program listens on the port."""


@dataclass(frozen=True, slots=True)
class PortClaim:
    """A port known to be free, and kept from our other processes while this object lives.

    The server opens its port with SO_REUSEPORT, one socket a worker, so a second district would share
    it in silence; the claim is an abstract socket name, freed by the kernel with the process.
    """

    port: int
    guard: socket.socket

    def release(self) -> None:
        """Let the port go."""
        self.guard.close()


def listening_address(host: str) -> str:
    """Turn a host setting into the IP address to bind: `::` where IPv6 is on, else `0.0.0.0`."""
    if host == ANY_IPV6 and not _has_ipv6():
        return ANY_IPV4
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise PortRefused(f"cannot listen on {host}: {error.strerror}") from None
    return str(found[0][4][0])


def dialling_address(address: str) -> str:
    """Answer the address at which this machine itself reaches a server bound to `address`."""
    return "127.0.0.1" if address in {ANY_IPV6, ANY_IPV4} else address


def claim_port(address: str, port: int) -> PortClaim:
    """Claim exactly this port, or any free one for 0; raises PortTaken or PortRefused."""
    if port != 0:
        return _claim(address, port)
    for _ in range(_TRIES):
        try:
            return _claim(address, _probe(address, 0))
        except PortTaken:
            continue
    raise PortTaken("no free port found")


def claim_port_from(address: str, first: int) -> PortClaim:
    """Claim the first free port from `first` on."""
    for port in range(first, first + _TRIES):
        try:
            return _claim(address, port)
        except PortTaken:
            continue
    raise PortTaken(f"the ports {first} to {first + _TRIES - 1} are all taken")


def _claim(address: str, port: int) -> PortClaim:
    guard = socket.socket(socket.AF_UNIX)
    try:
        if sys.platform == "linux":
            guard.bind(f"\0lifecircle-port-{port}")
        _probe(address, port)
    except PortRefused:
        guard.close()
        raise
    except OSError:
        guard.close()
        raise PortTaken(f"port {port} is taken by another lifecircle") from None
    return PortClaim(port=port, guard=guard)


def _probe(address: str, port: int) -> int:
    """Listen for a moment, without SO_REUSEPORT, so that any other listener shows."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            probe.bind((address, port))
            probe.listen(1)
            return int(probe.getsockname()[1])
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"port {port} is taken by another program") from None
        raise PortRefused(f"cannot listen on {address} port {port}: {error.strerror}") from None


def _has_ipv6() -> bool:
    try:
        _probe(ANY_IPV6, 0)
    except PortRefused:
        return False
    return True
