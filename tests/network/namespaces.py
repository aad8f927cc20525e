"""Which network namespaces stand for two machines and their line, and that none is left over.

near (the banner, and the tests)  near0 == line0   line   line1 == far0  far (city and region)
"""

import array
import fcntl
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

NEAR, LINE, FAR = "qidi-near", "qidi-line", "qidi-far"
NEAR_ADDRESS, FAR_ADDRESS = "10.213.7.1", "10.213.7.2"
#: linux/sockios.h, linux/ethtool.h: let the sender compute whole checksums, as on a real wire.
SIOCETHTOOL, ETHTOOL_STXCSUM = 0x8946, 0x17


def _run(*order: str) -> None:
    subprocess.run(order, check=True, capture_output=True, text=True, timeout=30)


def inside(namespace: str, *order: str) -> list[str]:
    """A command as it runs in a namespace."""
    return ["ip", "netns", "exec", namespace, *order]


@contextmanager
def two_machines() -> Iterator[None]:
    """The namespaces, wired. Raises CalledProcessError, with what `ip` said, where there is no right to make them."""
    take_down()
    try:
        for name in (NEAR, LINE, FAR):
            _run("ip", "netns", "add", name)
            _run("ip", "-n", name, "link", "set", "lo", "up")
        for name, own, other in ((NEAR, "near0", "line0"), (FAR, "far0", "line1")):
            _run("ip", "link", "add", own, "netns", name, "type", "veth", "peer", "name", other, "netns", LINE)
            _run("ip", "-n", LINE, "link", "set", other, "up")
            _run("ip", "-n", name, "link", "set", own, "up")
        _run("ip", "-n", NEAR, "address", "add", f"{NEAR_ADDRESS}/24", "dev", "near0")
        _run("ip", "-n", FAR, "address", "add", f"{FAR_ADDRESS}/24", "dev", "far0")
        yield
    finally:
        take_down()


def take_down() -> None:
    """Removes them, and with them the interfaces."""
    there = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True, timeout=30).stdout
    known = {line.split()[0] for line in there.splitlines() if line}
    for name in (NEAR, LINE, FAR):
        if name in known:
            _run("ip", "netns", "delete", name)


def whole_checksums(device: str) -> None:
    """In this namespace: a frame that is read raw must carry its checksum, or the other side throws it away."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        value = array.array("B", struct.pack("II", ETHTOOL_STXCSUM, 0))
        address, _ = value.buffer_info()
        fcntl.ioctl(any_socket, SIOCETHTOOL, struct.pack("16sP", device.encode(), address))


def netem() -> str:
    """Whether the kernel could do the same by itself: what tc says."""
    done = subprocess.run(
        inside(LINE, "tc", "qdisc", "add", "dev", "line0", "root", "netem", "delay", "1ms"),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if done.returncode == 0:
        _run(*inside(LINE, "tc", "qdisc", "delete", "dev", "line0", "root"))
        return "the kernel has netem"
    return f"no netem in this kernel ({done.stderr.strip()})"
