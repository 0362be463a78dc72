"""The length of an RSA key in DER, without trusting a single length in it (X.690; RFC 5280, RFC 8017)."""

_SEQUENCE, _INTEGER, _BIT_STRING, _OID = 0x30, 0x02, 0x03, 0x06
_RSA_ENCRYPTION = bytes.fromhex("2a864886f70d010101")


def rsa_modulus_bits(der: bytes) -> int | None:
    """Bits of the modulus of a SubjectPublicKeyInfo or a bare RSAPublicKey; None for anything else, or one cut off."""
    outer = _value(der, _SEQUENCE)
    if outer is None or outer[1]:
        return None
    bare = _modulus_bits(outer[0])
    return bare if bare is not None else _inside(outer[0])


def _inside(info: bytes) -> int | None:
    """The key in a SubjectPublicKeyInfo's bit string, when its algorithm is RSA."""
    algorithm = _value(info, _SEQUENCE)
    if algorithm is None:
        return None
    oid = _value(algorithm[0], _OID)
    bits = _value(algorithm[1], _BIT_STRING)
    if oid is None or oid[0] != _RSA_ENCRYPTION or bits is None or bits[1] or bits[0][:1] != b"\0":
        return None
    key = _value(bits[0][1:], _SEQUENCE)
    return _modulus_bits(key[0]) if key and not key[1] else None


def _modulus_bits(key: bytes) -> int | None:
    """An RSAPublicKey is the modulus and the exponent, and nothing after them."""
    modulus = _value(key, _INTEGER)
    exponent = _value(modulus[1], _INTEGER) if modulus else None
    if modulus is None or exponent is None or exponent[1] or modulus[0][:1] >= b"\x80":
        return None
    return int.from_bytes(modulus[0]).bit_length() or None


def _value(der: bytes, tag: int) -> tuple[bytes, bytes] | None:
    """The content of the first value, if it has this tag and is whole, and what comes after it."""
    if len(der) < 2 or der[0] != tag:
        return None
    length, start = der[1], 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or len(der) < 2 + count:
            return None
        length, start = int.from_bytes(der[2 : 2 + count]), 2 + count
    if len(der) < start + length:
        return None
    return der[start : start + length], der[start + length :]
