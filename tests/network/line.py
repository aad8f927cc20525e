"""What happens to each frame between two network interfaces: lost, late, twice, or out of its order.

Runs as `python -m tests.network.line LEFT RIGHT` in a namespace of its own and takes orders on standard input: `good`,
`cut`, or `bad DELAY LOSS DOUBLED REORDERED` (seconds and shares). It does what tc's netem does, for kernels that are
built without it; the frames are real ones, taken from and given to the kernel's own TCP.
"""

import asyncio
import random
import socket
import sys
from dataclasses import dataclass, field

EVERY_PROTOCOL = 3
OUTGOING = 4
LARGEST = 65535


@dataclass
class Weather:
    """How bad the line is now; `passed` and the rest count frames."""

    delay: float = 0.0
    loss: float = 0.0
    doubled: float = 0.0
    reordered: float = 0.0
    is_cut: bool = False
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("passed", "lost", "doubled", "reordered"), 0))

    def fates(self, chance: random.Random) -> list[float]:
        """After how many seconds a frame arrives: once, twice, or never. A reordered one overtakes those before it."""
        if self.is_cut or chance.random() < self.loss:
            self.counts["lost"] += 1
            return []
        late = self.delay
        if chance.random() < self.reordered:
            self.counts["reordered"] += 1
            late = 0.0
        self.counts["passed"] += 1
        if chance.random() < self.doubled:
            self.counts["doubled"] += 1
            return [late, self.delay]
        return [late]

    def become(self, order: str) -> None:
        """Take an order. Raises ValueError."""
        word, *values = order.split()
        self.is_cut = word == "cut"
        shares = [float(value) for value in values] if word == "bad" else [0.0] * 4
        self.delay, self.loss, self.doubled, self.reordered = shares


def interface(name: str) -> socket.socket:
    """All frames that come in at an interface."""
    frames = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERY_PROTOCOL))
    frames.bind((name, 0))
    frames.setblocking(False)
    return frames


async def carry(left: str, right: str, seed: int) -> None:
    """Until standard input ends."""
    loop, weather, chance = asyncio.get_running_loop(), Weather(), random.Random(seed)
    ends = interface(left), interface(right)

    def pass_on(here: socket.socket, there: socket.socket) -> None:
        frame, (_, _, kind, *_) = here.recvfrom(LARGEST)
        if kind != OUTGOING:  # what we have put there ourselves
            for late in weather.fates(chance):
                loop.call_later(late, give, there, frame)

    def give(there: socket.socket, frame: bytes) -> None:
        try:
            there.send(frame)
        except OSError:  # the queue is full: networks drop as well
            weather.counts["lost"] += 1

    for here, there in (ends, ends[::-1]):
        loop.add_reader(here, pass_on, here, there)
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while order := (await orders.readline()).decode().strip():
        weather.become(order)
        print(" ".join(f"{name} {count}" for name, count in weather.counts.items()), flush=True)


if __name__ == "__main__":
    asyncio.run(carry(sys.argv[1], sys.argv[2], int(sys.argv[3])))
