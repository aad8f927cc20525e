"""Points of Ed25519: whether 32 bytes are a public key that only its holder can sign for (RFC 8032 5.1).

A point of low order, or with a part of low order, lets strangers sign: for the weakest of them one signature fits every
text. Such a point, and one that is written otherwise than RFC 8032 writes it, is no key.
"""

from typing import Final

_P: Final = 2**255 - 19
_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ROOT: Final = pow(2, (_P - 1) // 4, _P)

_Point = tuple[int, int, int, int]
_NEUTRAL: Final[_Point] = (0, 1, 1, 0)


def is_key(raw: bytes) -> bool:
    """Whether this is the one encoding of a point of the large prime order."""
    point = _decoded(raw)
    if point is None or point[:2] == _NEUTRAL[:2]:
        return False
    x, y, z, _ = _times(_ORDER, point)
    return x % _P == 0 and (y - z) % _P == 0


def _decoded(raw: bytes) -> _Point | None:
    number = int.from_bytes(raw, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if len(raw) != 32 or y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x % 2 != sign else x
    return x, y, 1, x * y % _P


def _times(factor: int, point: _Point) -> _Point:
    found = _NEUTRAL
    while factor:
        found = _sum(found, point) if factor & 1 else found
        point, factor = _sum(point, point), factor >> 1
    return found


def _sum(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P
