"""Pictures of rows, loaded as if a stranger had written the file: because one has.

A row names a picture by a path, a `file://` or `data:` address, or holds its bytes. A path has to stay inside the folders
that the user allowed, after all symbolic links are followed. Nothing is ever downloaded. What is not a picture, is cut
short or is huge is a `ValueError` before memory is spent on it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
import stat
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

#: Pixels of a picture at most, unless the user says otherwise: 8192 x 4096.
MAX_PIXELS = 2**25
#: Characters of a `data:` address at most.
MAX_DATA_CHARS = 2**27
#: Formats that are read; the JPEG reader takes MPO too. Others that Pillow knows start programs (EPS) or are no pictures (PDF).
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF")

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+):")


@dataclass(frozen=True)
class Picture:
    """A picture that can be loaded.

    Attributes:
        source: Its file, links resolved, or the bytes of an encoded picture.
        max_pixels: The most pixels it may have.
    """

    source: Path | bytes
    max_pixels: int = MAX_PIXELS

    def load(self) -> np.ndarray:
        """The first frame, turned upright, on white where it is transparent: uint8 [H, W, 3].

        Raises:
            ValueError: If it cannot be read, is cut short, or has more than `max_pixels` pixels.
        """
        with self._open() as image:
            return _pixels(image)

    def size(self) -> tuple[int, int]:
        """Width and height as its header says, before it is turned upright.

        Raises:
            ValueError: If the header cannot be read or there are more than `max_pixels` pixels.
        """
        with self._open() as image:
            return image.size

    def suffix(self) -> str:
        """What the name of a file of its format ends with, such as `.png`.

        Raises:
            ValueError: See `size`.
        """
        with self._open() as image:
            return {"JPEG": ".jpg", "MPO": ".jpg"}.get(image.format or "", f".{(image.format or 'img').lower()}")

    def encoded(self) -> bytes:
        """The encoded picture, as it stands in its file.

        Raises:
            ValueError: If the file cannot be read.
        """
        if isinstance(self.source, bytes):
            return self.source
        try:
            return self._regular(self.source).read_bytes()
        except OSError as error:
            raise ValueError(f"{self} cannot be read: {_reason(error)}") from error

    def __str__(self) -> str:
        return f"the image {self.source}" if isinstance(self.source, Path) else "the embedded image"

    @contextmanager
    def _open(self) -> Iterator[Image.Image]:
        """The opened picture. Whatever a decoder makes of hostile bytes is one kind of error."""
        try:
            stream: Any = io.BytesIO(self.source) if isinstance(self.source, bytes) else self._regular(self.source)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of odd metadata; and of many pixels, for which the limit is stricter
                with Image.open(stream, formats=FORMATS) as image:
                    pixels = image.width * image.height
                    if pixels > self.max_pixels:
                        told = f"{image.width}x{image.height} = {pixels:,} pixels"
                        raise ValueError(f"it is {told}; max_pixels allows {self.max_pixels:,}")
                    yield image
        except Exception as error:  # decoders raise a dozen kinds, from struct.error to SyntaxError
            raise ValueError(f"{self} cannot be read: {_reason(error)}") from error

    def _regular(self, path: Path) -> Path:
        """The path if a file is there: to open a pipe would wait for ever."""
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError("it is not a file")
        return path


class PictureFolder:
    """What a data set's references to pictures mean, and which of them are allowed.

    Args:
        folder: The data set's folder, where relative paths begin; `None` if it has none, as on the hub.
        roots: Further folders that pictures may lie in; relative paths are looked for there too.
        allow_outside: Whether any file of the machine may be read.
        max_pixels: The most pixels of a picture.
        below: Name of a folder in the paths as written: what precedes it is the writer's machine, and the folder's
            own place stands for it.

    Raises:
        ValueError: If `max_pixels` is below 1 or a root is no folder.
    """

    def __init__(
        self,
        folder: Path | None,
        roots: Sequence[str | Path] = (),
        allow_outside: bool = False,
        max_pixels: int = MAX_PIXELS,
        below: str | None = None,
    ):
        if max_pixels < 1:
            raise ValueError(f"max_pixels is {max_pixels!r}; expected at least 1")
        for root in roots:
            if not Path(root).is_dir():
                raise ValueError(f"image_roots has {str(root)!r}, which is not a folder")
        self.roots = tuple(Path(root).resolve() for root in ([] if folder is None else [folder]) + list(roots))
        self.allow_outside = allow_outside
        self.max_pixels = max_pixels
        self.below = below

    def refer(self, value: Any) -> Picture:
        """The picture that a row's value means; it is not opened yet.

        Args:
            value: A path, a `file://` or `data:` address, bytes of an encoded picture, or a mapping with `bytes` and
                `path` as Parquet files of the hub have it.

        Raises:
            ValueError: If it is none of these, remote, or outside the allowed folders.
        """
        if isinstance(value, Mapping):
            value = value.get("bytes") or value.get("path")
        if isinstance(value, bytes | bytearray | memoryview):
            return Picture(bytes(value), self.max_pixels)
        if not isinstance(value, str) or not value:
            raise ValueError(f"an image is {value!r:.80}; expected a path, a file:// or data: address, or its bytes")
        if value[:5].lower() == "data:":
            return Picture(_decode(value), self.max_pixels)
        return Picture(self._inside(local_path(value)), self.max_pixels)

    def _inside(self, written: str) -> Path:
        """The file of a path, links resolved, if it may be read."""
        path = self._relocated(written)
        if not self.roots and not self.allow_outside:
            raise ValueError(
                f"the image {written!r} is a path, but the data set has no folder; download it and give that folder"
            )
        candidates = [path] if path.is_absolute() or not self.roots else [root / path for root in self.roots]
        try:
            resolved = [candidate.resolve() for candidate in candidates]
        except (OSError, ValueError, RuntimeError) as error:  # a null byte, a name too long, a loop of links
            raise ValueError(f"the image {written!r:.200} is no path: {error}") from error
        allowed = [p for p in resolved if self.allow_outside or any(p.is_relative_to(root) for root in self.roots)]
        if not allowed:
            folders = " or ".join(map(str, self.roots))
            raise ValueError(
                f"the image {resolved[0]} is outside the dataset's folder {folders}; "
                "name its folder in image_roots, or pass allow_outside=True"
            )
        there = (path for path in allowed if path.is_file())
        return allowed[0] if len(allowed) == 1 else next(there, allowed[0])

    def _relocated(self, written: str) -> Path:
        parts = PurePosixPath(written).parts
        if self.below is not None and self.below in parts:
            return Path(*parts[parts.index(self.below) :])
        return Path(written)


def local_path(value: str) -> str:
    """The path that a path or a `file://` address means.

    Raises:
        ValueError: If the address is remote.
    """
    if not (scheme := _SCHEME.match(value)):
        return value
    if scheme[1].lower() != "file":
        raise ValueError(
            f"the image {value!r:.200} is remote; nothing is downloaded here: fetch it first and write its path"
        )
    parts = urlsplit(value)
    if parts.netloc not in ("", "localhost"):
        raise ValueError(f"the image {value!r:.200} is on another machine, {parts.netloc!r}; expected file:///PATH")
    return unquote(parts.path)


def identity(value: Any) -> str:
    """What tells a picture from others wherever it lies: the stem of its file's name, or a digest of its bytes."""
    if isinstance(value, Mapping):
        value = value.get("bytes") or value.get("path")
    if isinstance(value, bytes | bytearray | memoryview):
        return digest(bytes(value))
    text = str(value)
    return digest(text.encode("utf-8", "surrogatepass")) if text[:5].lower() == "data:" else PurePosixPath(text).stem


def digest(content: bytes) -> str:
    """A short name for bytes: 32 hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _reason(error: Exception) -> str:
    """What an error says, without the path that the message names already."""
    if isinstance(error, UnidentifiedImageError):
        return f"it is no picture that is known here ({', '.join(FORMATS)})"
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _decode(address: str) -> bytes:
    """The bytes of a `data:` address of a picture."""
    if len(address) > MAX_DATA_CHARS:
        raise ValueError(
            f"an image's data: address has {len(address):,} characters; at most {MAX_DATA_CHARS:,} are read"
        )
    head, comma, body = address.partition(",")
    if not comma or not re.fullmatch(r"data:image/[\w.+-]+(;[\w=-]+)*;base64", head, re.IGNORECASE):
        raise ValueError(f"an image's data: address begins with {head[:60]!r}; expected data:image/TYPE;base64,…")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"an image's data: address is not base64: {error}") from error


def _pixels(image: Image.Image) -> np.ndarray:
    """uint8 [H, W, 3] of a picture in any mode that Pillow reads."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith(("I", "F")):
        image = Image.fromarray(_eight_bits(np.asarray(image)))
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return np.asarray(image.convert("RGB"))


def _eight_bits(grey: np.ndarray) -> np.ndarray:
    """Grey values of more than 8 bits (0 to 65,535) or of floats (0 to 1, or to 255) as uint8 [H, W]."""
    values = np.nan_to_num(grey.astype(np.float64))
    if np.issubdtype(grey.dtype, np.floating):
        top = 1.0 if values.max(initial=0.0) <= 1.0 else 255.0
    else:
        top = 65_535.0 if (grey.dtype.kind, grey.dtype.itemsize) == ("u", 2) or values.max(initial=0.0) > 255 else 255.0
    return np.clip(np.rint(values * (255.0 / top)), 0, 255).astype(np.uint8)
