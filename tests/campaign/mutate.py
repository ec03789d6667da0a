"""Inputs that are almost right: true ones with a few things changed, at the level where their reader looks.

Bytes lose, gain, repeat and swap parts; words become numbers that nothing is meant for; JSON has values exchanged,
names left out and depths that no parser likes; archives are taken apart, one part is changed, and put together again,
so that what is inside is read at all.
"""

from __future__ import annotations

import base64
import copy
import gzip
import io
import json
import random
import re
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, Literal

Kind = Literal["bytes", "text", "json", "zip", "tar", "token"]

NUMBERS = (
    "0", "-0", "-1", "1", "2", "255", "65536", "2147483648", "4294967296", "9007199254740993", "9223372036854775807",
    "9223372036854775808", "18446744073709551616", "1" + "0" * 78, "9" * 5000, "1e999", "-1e-999", "NaN", "Infinity",
    "0.1", "0.0000001", "1e3", "0x10", "１", "²", "1_000", "+1", " 1", "true", "null", "",
)  # fmt: skip
WORDS = (
    "", " ", "\x00", "\x7f", "\ufeff", "\u202e", "\ud7ff", "\U0001f5ff", "ß", "../../evil", "C:\\evil", "'; DROP TABLE",
    "<script>", "&x;", "=1+1", "%s%n", "${HOME}", "a" * 20_000, "\n" * 500, "0x", "0x" + "00" * 20, "0x" + "ff" * 32,
    "hanse-problem/1", "9999-12-31T23:59:60+24:00", "2026-02-30", "0000-00-00", "-inf",
)  # fmt: skip
LARGEST = 1 << 20
"""Bytes to which repetition lets an input grow. Limits of size have tests of their own."""

DEEP = 20_000
"""Brackets inside each other: more than any parser that calls itself has room for."""


def mutated(draw: random.Random, samples: Sequence[bytes], kind: Kind) -> bytes:
    """One input. samples: true ones."""
    whole = draw.choice(samples)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 6))):
        if len(whole) < 2 * LARGEST:
            whole = draw.choice(_HOW[kind])(draw, whole, samples)
    return whole


# --- bytes and text ---------------------------------------------------------------------------------------------------


def _flip(draw: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    if not data:
        return bytes([draw.randrange(256)])
    at = draw.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]


def _slice(draw: random.Random, data: bytes) -> tuple[int, int]:
    begin = draw.randrange(len(data) + 1)
    return begin, min(len(data), begin + draw.choice((1, 2, 4, 16, 64, 1024)))


def _cut(draw: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _slice(draw, data)
    return data[:begin] + data[end:]


def _end(draw: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return data[: draw.randrange(len(data) + 1)]


def _repeat(draw: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _slice(draw, data)
    return data[:end] + data[begin:end] * draw.choice((1, 2, 50)) + data[end:]


def _insert(draw: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = draw.randrange(len(data) + 1)
    what = draw.choice((draw.randbytes(draw.choice((1, 4, 64))), b"\xff\xff\xff\xff", b"\0" * 8, b"\xed\xa0\x80"))
    return data[:at] + what + data[at:]


def _overwrite(draw: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _slice(draw, data)
    return data[:begin] + draw.randbytes(end - begin) + data[end:]


def _splice(draw: random.Random, data: bytes, samples: Sequence[bytes]) -> bytes:
    other = draw.choice(samples)
    return data[: draw.randrange(len(data) + 1)] + other[draw.randrange(len(other) + 1) :]


_A_WORD, _UP_TO_HERE = re.compile(rb"[\w.+-]+"), re.compile(rb"[\w.+-]*\Z")


def _found(draw: random.Random, data: bytes) -> re.Match[bytes] | None:
    """Some word: that at a place, or the next one. Inputs of a hundred thousand words have no list made of them."""
    at = draw.randrange(len(data) + 1)
    before = _UP_TO_HERE.search(data[max(0, at - 64) : at])
    assert before is not None
    return _A_WORD.search(data, at - len(before[0])) or _A_WORD.search(data)


def _word(draw: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    one, other = _found(draw, data), _found(draw, data)
    if one is None or other is None:
        return data
    new = draw.choice((draw.choice(NUMBERS).encode(), draw.choice(WORDS).encode(), other[0]))
    return data[: one.start()] + new + data[one.end() :]


def _lines(draw: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    what = draw.choice(("drop", "again", "swap", "many"))
    if what == "drop":
        del lines[at]
    elif what == "again":
        lines.insert(other, lines[at])
    elif what == "swap":
        lines[at], lines[other] = lines[other], lines[at]
    else:
        lines[at:at] = lines[at : at + 1] * min(2000, LARGEST // (len(lines[at]) + 1))
    return b"\n".join(lines)


def _deep(draw: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = draw.randrange(len(data) + 1)
    deep = draw.choice((b"[" * DEEP, b'{"a":' * DEEP, b"[" * DEEP + b"]" * DEEP, b"<a>" * DEEP, b"(" * DEEP))
    return draw.choice((deep, data[:at] + deep + data[at:]))


# --- JSON -------------------------------------------------------------------------------------------------------------

_SPOTS = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null')


def _json(draw: random.Random, data: bytes, samples: Sequence[bytes]) -> bytes:
    """A value or a name of the tree is exchanged; what is not JSON any more is changed as text."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return _word(draw, data, samples)
    spots: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            spots.append((holder, key))
            waiting.append(holder[key])
    if not spots:
        return json.dumps(strange(draw)).encode()
    (holder, key), (other, where) = draw.choice(spots), draw.choice(spots)
    match draw.randrange(7):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[draw.choice((*WORDS, *(str(spot[1]) for spot in spots[:40])))] = holder.pop(key)
        case 2 if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        case 3:
            holder[key] = copy.deepcopy(other[where])
        case _:
            holder[key] = strange(draw, holder[key])
    return json.dumps(tree, ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass")


def strange(draw: random.Random, like: Any = None) -> Any:
    """A value that is not what was meant, of the same kind or of another."""
    near: list[Any] = []
    if isinstance(like, bool):
        near = [not like]
    elif isinstance(like, int):
        near = [like + 1, like - 1, -like, like * 10**6, like // 3, f"{like}.0", str(like)]
    elif isinstance(like, str):
        near = [like.upper(), like[:-1], like + "0", like * 300, like.replace("0", "g", 1), like[::-1], [like]]
    elif isinstance(like, list):
        near = [[], like * 2, like[:1], like[::-1], [like], {"0": like}]
    elif isinstance(like, dict):
        near = [{}, [like], list(like), {**like, "more": 1}]
    far: list[Any] = [
        None, True, False, 0, -1, 2**31, 2**53 + 1, 2**63, 2**64, 2**256, 10**400, 0.5, -0.0, 1e308, float("nan"),
        float("inf"), "", "\ud800", [], {}, [[]], [None], {"": None}, draw.choice(WORDS), draw.choice(NUMBERS),
    ]  # fmt: skip
    return draw.choice(near if near and draw.random() < 0.5 else far)


# --- things with parts ------------------------------------------------------------------------------------------------


def _zip(draw: random.Random, data: bytes, samples: Sequence[bytes]) -> bytes:
    """One part of an archive is changed, named anew, left out or there twice."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            parts = [(one.filename, old.read(one)) for one in old.infolist()]
    except Exception:  # noqa: BLE001 - it is no archive any more, for whatever reason
        return _flip(draw, data, samples)
    out = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(out, "w") as new:
        for name, content in _parts(draw, parts):
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)  # of no date: the same to the byte
    return out.getvalue()


def _tar(draw: random.Random, data: bytes, samples: Sequence[bytes]) -> bytes:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as old:
            files = [(one, old.extractfile(one)) for one in old]
            parts = [(one.name, file.read() if file else b"") for one, file in files]
    except Exception:  # noqa: BLE001 - it is no archive any more, for whatever reason
        return _flip(draw, data, samples)
    out = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as new,
    ):
        for name, content in _parts(draw, parts):
            member = tarfile.TarInfo(name.replace("\0", "") or "x")
            member.size = len(content)
            if draw.random() < 0.05:
                member.type, member.linkname = draw.choice((tarfile.SYMTYPE, tarfile.LNKTYPE)), "/etc/passwd"
            new.addfile(member, io.BytesIO(content))
    return out.getvalue()


def _parts(draw: random.Random, parts: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    if not parts:
        return [("x", b"")]
    at = draw.randrange(len(parts))
    name, content = parts[at]
    match draw.randrange(10):
        case 0:
            parts[at] = draw.choice(("../../evil", "/evil", "a" * 90, parts[0][0], "ü")), content
        case 1:
            del parts[at]
        case 2:
            parts.append((name.upper(), content))
        case _:
            kind: Kind = "json" if content[:1] == b"{" else "text"
            parts[at] = name, draw.choice(_HOW[kind])(draw, content, [other for _, other in parts])
    return parts


def _token(draw: random.Random, data: bytes, samples: Sequence[bytes]) -> bytes:
    """A piece of base64 between dots and tildes is decoded, changed as JSON, and encoded again."""
    pieces = re.split(rb"([.~])", data)
    at = draw.randrange(0, len(pieces), 2)
    try:
        inside = base64.urlsafe_b64decode(pieces[at] + b"=" * (-len(pieces[at]) % 4))
    except ValueError:
        return _word(draw, data, samples)
    inside = draw.choice((_json, _json, _flip, _deep))(draw, inside, [inside])
    pieces[at] = base64.urlsafe_b64encode(inside).rstrip(b"=")
    return b"".join(pieces)


_How = Callable[[random.Random, bytes, Sequence[bytes]], bytes]
_RAW: tuple[_How, ...] = (_flip, _cut, _end, _repeat, _insert, _overwrite, _splice)
_TEXT: tuple[_How, ...] = (*_RAW, _word, _word, _word, _word, _word, _lines, _lines, _lines)
_HOW: dict[Kind, tuple[_How, ...]] = {
    "bytes": _RAW,
    "text": (*_TEXT * 3, _deep),
    "json": (*_TEXT, *(_json,) * 30, _deep),
    "zip": (*_RAW, *(_zip,) * 20),
    "tar": (*_RAW, *(_tar,) * 10),
    "token": (*_RAW, _word, *(_token,) * 20),
}
