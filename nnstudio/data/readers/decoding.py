"""From a file's bytes to text, whatever encoding they are in; what is no text is refused by name."""

from __future__ import annotations

from pathlib import Path

from nnstudio.document import StudioError

LARGEST_FILE = 1 << 30  # bytes; a table is held in memory several times over while it is read

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_BINARY = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PAR1", "a Parquet file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"SQLite format", "a database"),
)
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 26} | {127}


def read_bytes(path: Path) -> bytes:
    """All bytes of the file; StudioError where it is missing, a folder, unreadable, empty or too large."""
    try:
        if path.is_dir():
            raise StudioError("{path} is a folder; choose a CSV file in it.", path=path)
        if not path.exists():
            raise StudioError("There is no file {path}; check the name, or choose it again.", path=path)
        if not path.is_file():
            raise StudioError("{path} is not an ordinary file; choose a CSV file.", path=path)
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise StudioError(
                "{name} is {size} MB large; tables of up to {most} MB can be read, so take a part of it.",
                name=path.name,
                size=size >> 20,
                most=LARGEST_FILE >> 20,
            )
        data = path.read_bytes()
    except PermissionError as error:
        raise StudioError("{path} may not be read; ask for permission to read it.", path=path) from error
    except OSError as error:
        raise StudioError(
            "{path} cannot be read: {reason}.", path=path, reason=error.strerror or "unknown fault"
        ) from error
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise StudioError("{name} is empty; choose a file with a header and rows.", name=path.name)
    return data


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text of ``data`` with line feeds only, and the encoding it was in; StudioError for what is no text."""
    for magic, what in _BINARY:
        if data.startswith(magic):
            raise StudioError("{name} is {what}, not a CSV file; save the table as CSV first.", name=name, what=what)
    text, encoding = _decoded(data, name)
    sample = text[: 1 << 16]
    strange = sum(ord(sign) in _CONTROLS for sign in sample)
    zero = text.find("\x00")
    if zero >= 0 or strange > len(sample) * 0.002:
        place = zero if zero >= 0 else next(i for i, sign in enumerate(sample) if ord(sign) in _CONTROLS)
        raise StudioError(
            "{name} holds binary data in line {line}, not text; save the table as CSV first.",
            name=name,
            line=text.count("\n", 0, place) + 1,
        )
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.rstrip("\x1a"), encoding


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, name), encoding
    silent = _unmarked_utf16(data)
    if silent:
        return _strictly(data, silent, name), silent
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        # A multi-byte sign at every broken place would be rare: old spreadsheets write Windows' or Latin-1 text.
        del error
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise StudioError(
            "{name} says that it is {encoding} text but breaks off or is damaged near byte {byte}; save it again "
            "as UTF-8.",
            name=name,
            encoding=encoding.upper().removesuffix("-SIG"),
            byte=error.start,
        ) from error


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark shows as a zero in every second byte of Latin text."""
    sample = data[: 1 << 14]
    half = len(sample) // 2
    if half < 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None
