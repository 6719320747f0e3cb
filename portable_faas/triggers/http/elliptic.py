"""Whether an ECDSA signature holds, on the curves P-256 and P-384 (FIPS 186-5, section 6.4.2; curves: SP 800-186).

Only public values are handled here, so it does not matter how long which of them takes: some milliseconds.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple, final

Point = tuple[int, int, int]  # Jacobian: x/z**2, y/z**3; z is 0 at infinity
INFINITY: Final[Point] = (1, 1, 0)


@final
class Curve(NamedTuple):
    """y**2 = x**3 - 3*x + b over a prime field, with a generator of prime order."""

    prime: int
    b: int
    order: int
    generator: Point
    size: int  # bytes of a coordinate and of each half of a signature

    def has(self, x: int, y: int) -> bool:
        """Whether a point is on the curve."""
        return 0 <= x < self.prime and 0 <= y < self.prime and (y * y - x * x * x + 3 * x - self.b) % self.prime == 0

    def doubled(self, point: Point) -> Point:
        """Twice a point."""
        x, y, z = point
        p = self.prime
        yy, zz = y * y % p, z * z % p
        s, m = 4 * x * yy % p, 3 * (x - zz) * (x + zz) % p
        x3 = (m * m - 2 * s) % p
        return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p

    def sum(self, one: Point, other: Point) -> Point:
        """The sum of two points."""
        if not one[2]:
            return other
        if not other[2]:
            return one
        p = self.prime
        z1, z2 = one[2] * one[2] % p, other[2] * other[2] % p
        u1, u2 = one[0] * z2 % p, other[0] * z1 % p
        s1, s2 = one[1] * z2 * other[2] % p, other[1] * z1 * one[2] % p
        if u1 == u2:
            return self.doubled(one) if s1 == s2 else INFINITY
        h, r = u2 - u1, s2 - s1
        hh = h * h % p
        x = (r * r - h * hh - 2 * u1 * hh) % p
        return x, (r * (u1 * hh - x) - s1 * h * hh) % p, h * one[2] * other[2] % p

    def combined(self, a: int, one: Point, b: int, other: Point) -> Point:
        """a * one + b * other, bit by bit."""
        both, found = self.sum(one, other), INFINITY
        for bit in range(max(a.bit_length(), b.bit_length()) - 1, -1, -1):
            found = self.doubled(found)
            picked = (a >> bit & 1) + 2 * (b >> bit & 1)
            if picked:
                found = self.sum(found, (one, other, both)[picked - 1])
        return found


def _curve(prime: int, b: str, order: str, x: str, y: str) -> Curve:
    generator = (int(x, 16), int(y, 16), 1)
    return Curve(prime, int(b, 16), int(order, 16), generator, (prime.bit_length() + 7) // 8)


CURVES: Final[Mapping[str, Curve]] = {
    "P-256": _curve(
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    ),
    "P-384": _curve(
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
        "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
    ),
}


def is_signed(curve: Curve, x: int, y: int, digest: bytes, signature: bytes) -> bool:
    """Whether the holder of the public key ``(x, y)`` signed a digest; the signature is both halves in sequence."""
    if len(signature) != 2 * curve.size:
        return False
    r, s = (int.from_bytes(half, "big") for half in (signature[: curve.size], signature[curve.size :]))
    if not (0 < r < curve.order and 0 < s < curve.order):
        return False
    inverse = pow(s, -1, curve.order)
    e = int.from_bytes(digest, "big")  # as long as the order, for the digests that go with these curves
    found = curve.combined(e * inverse % curve.order, curve.generator, r * inverse % curve.order, (x, y, 1))
    if not found[2]:
        return False
    return found[0] * pow(found[2], -2, curve.prime) % curve.prime % curve.order == r
