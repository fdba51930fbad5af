"""The octet level of ILP packets: unsigned integers and OER length-prefixed strings. What they mean stands in `ilp`."""

from __future__ import annotations


def var_octets(octets: bytes) -> bytes:
    """OER variable-length octet string: below 128 one length octet, else 0x80 + n and n octets of length."""
    length = len(octets)
    if length < 128:
        return bytes([length]) + octets
    prefix = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(prefix)]) + prefix + octets


class Reader:
    """Reads octets from the front. Every method raises ValueError when they run out."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next `count` octets."""
        if self._at + count > len(self._octets):
            raise ValueError(f"{count} octets are wanted, {len(self._octets) - self._at} are left")
        taken = self._octets[self._at : self._at + count]
        self._at += count
        return taken

    def octet(self) -> int:
        return self.take(1)[0]

    def unsigned(self, count: int) -> int:
        """An unsigned integer of `count` octets, most significant first."""
        return int.from_bytes(self.take(count), "big")

    def var_octets(self) -> bytes:
        """An OER variable-length octet string."""
        length = self.octet()
        return self.take(length if length < 128 else self.unsigned(length & 0x7F))
