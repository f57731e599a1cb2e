"""What an app that makes codes shows (RFC 6238), computed by itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time


def six(secret: str, later: int = 0) -> str:
    """Return the six figures of now, or of so many half minutes later."""
    moment = struct.pack(">Q", int(time.time()) // 30 + later)
    digest = hmac.new(base64.b32decode(secret), moment, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"
