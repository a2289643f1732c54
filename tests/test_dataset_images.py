"""Pictures of rows: every form and mode that is read, and every trick that is refused."""

from __future__ import annotations

import base64
import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from envs.dataset.images import Picture, PictureFolder, identity

RED = np.full((4, 6, 3), (255, 0, 0), np.uint8)


def encoded(pixels: np.ndarray = RED, form: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, form)
    return stream.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "set"
    (place / "images").mkdir(parents=True)
    (place / "images" / "a b.png").write_bytes(encoded())
    (tmp_path / "secret.png").write_bytes(encoded())
    return place


def test_a_picture_is_named_in_many_ways(folder: Path) -> None:
    picture = folder / "images" / "a b.png"
    data = "data:image/png;base64," + base64.b64encode(encoded()).decode()
    for value in (
        "images/a b.png",
        "images/../images/a b.png",
        str(picture),
        picture.as_uri(),
        picture.as_uri().replace("file://", "FILE://localhost"),
        data,
        encoded(),
        {"bytes": encoded(), "path": "elsewhere/a.png"},
        {"bytes": None, "path": "images/a b.png"},
    ):
        assert np.array_equal(PictureFolder(folder).refer(value).load(), RED), value


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("../secret.png", "outside the dataset's folder .*image_roots"),
        ("images/../../secret.png", "outside the dataset's folder"),
        ("file:///etc/passwd", "outside the dataset's folder"),
        ("file:///set/%2e%2e/%2e%2e/etc/passwd", "outside the dataset's folder"),
        ("/etc/passwd", "outside the dataset's folder"),
        ("out.png", "outside the dataset's folder"),
        ("door/secret.png", "outside the dataset's folder"),
        ("https://example.org/a.png", "remote; nothing is downloaded"),
        ("s3://bucket/a.png", "remote; nothing is downloaded"),
        ("file://server/share/a.png", "on another machine"),
        ("a\0.png", "is no path"),
        ("x" * 5000, "cannot be read|is no path"),
        ("data:text/html;base64,AAAA", "expected data:image/TYPE"),
        ("data:image/png;base64,????", "is not base64"),
        ("data:image/png,raw", "expected data:image/TYPE"),
        ("", "expected a path"),
        (7, "expected a path"),
        ({"bytes": None, "path": None}, "expected a path"),
        ("images", "it is not a file"),
        ("missing.png", "cannot be read"),
        ("pipe", "it is not a file"),
    ],
)
def test_what_is_no_picture_of_the_set_is_refused(folder: Path, value: object, complaint: str) -> None:
    (folder / "out.png").symlink_to(folder.parent / "secret.png")
    (folder / "door").symlink_to(folder.parent)
    os.mkfifo(folder / "pipe")
    with pytest.raises(ValueError, match=complaint):
        PictureFolder(folder).refer(value).load()


def test_other_folders_can_be_allowed_one_by_one_or_all(folder: Path) -> None:
    secret = str(folder.parent / "secret.png")
    assert PictureFolder(folder, roots=[folder.parent]).refer(secret).load().shape == (4, 6, 3)
    assert PictureFolder(folder, roots=[folder.parent]).refer("secret.png").load().shape == (4, 6, 3)
    assert PictureFolder(folder, allow_outside=True).refer("../secret.png").load().shape == (4, 6, 3)
    with pytest.raises(ValueError, match="which is not a folder"):
        PictureFolder(folder, roots=[folder / "none"])


def test_a_set_without_a_folder_has_no_paths() -> None:
    assert PictureFolder(None).refer(encoded()).load().shape == (4, 6, 3)
    with pytest.raises(ValueError, match="the data set has no folder; download it"):
        PictureFolder(None).refer("/etc/hostname.png")


def test_paths_of_the_writers_machine_are_found_again_below_a_folder(folder: Path) -> None:
    pictures = PictureFolder(folder, below="images")
    assert np.array_equal(pictures.refer("file:///cluster/of/theirs/images/a%20b.png").load(), RED)
    assert np.array_equal(pictures.refer("data/set/images/a b.png").load(), RED)
    with pytest.raises(ValueError, match="outside"):
        pictures.refer("/cluster/images/../../secret.png")


# -- what is in the file ----------------------------------------------------------------------------------------------


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is `side` x `side` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [6_000, 12_000, 2**20, 2**31 - 1])
def test_a_huge_picture_is_refused_before_it_is_decoded(side: int) -> None:
    with pytest.raises(ValueError, match="max_pixels allows|exceeds limit|cannot be read"):
        Picture(bomb(side)).load()


def test_the_limit_of_pixels_is_the_users() -> None:
    assert Picture(encoded(), max_pixels=24).load().shape == (4, 6, 3)
    with pytest.raises(ValueError, match=r"6x4 = 24 pixels; max_pixels allows 23"):
        Picture(encoded(), max_pixels=23).size()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_truncated_picture_of_any_format_is_an_error(form: str) -> None:
    noise = np.random.default_rng(0).integers(256, size=(64, 64, 3), dtype=np.uint8)
    content = encoded(noise, form)
    Picture(content).load()
    with pytest.raises(ValueError, match="the embedded image cannot be read"):
        Picture(content[: len(content) // 2]).load()


def test_any_damage_is_a_picture_or_an_error_and_never_a_crash() -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(256, size=(32, 32, 3), dtype=np.uint8)
    for form in ("PNG", "JPEG", "WEBP", "GIF", "TIFF"):
        content = np.frombuffer(encoded(noise, form), np.uint8)
        for _ in range(60):
            damaged = content.copy()
            damaged[rng.integers(len(content), size=8)] = rng.integers(256, size=8)
            try:
                pixels = Picture(damaged.tobytes()).load()
            except ValueError:
                continue
            assert pixels.dtype == np.uint8 and pixels.ndim == 3 and pixels.shape[2] == 3


@pytest.mark.parametrize(
    "content", [b"", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"%PDF-1.4\n", b"<svg xmlns='x'/>", b"\0" * 100]
)
def test_other_files_are_no_pictures(content: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        Picture(content).load()


def saved(image: Image.Image, form: str = "PNG", **options: object) -> np.ndarray:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return Picture(stream.getvalue()).load()


def test_every_mode_becomes_rgb() -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    three = np.stack([grey] * 3, axis=-1)
    assert np.array_equal(saved(Image.fromarray(grey)), three)
    assert np.array_equal(saved(Image.fromarray(grey.astype(np.uint16) * 257)), three)  # 65,535 / 255 = 257
    assert np.array_equal(saved(Image.fromarray(grey.astype(np.float32) / 255), "TIFF"), three)
    assert np.array_equal(saved(Image.fromarray(grey > 127).convert("1")), np.where(three > 127, 255, 0))
    palette = Image.fromarray(three).quantize(256)
    assert np.array_equal(saved(palette), np.asarray(palette.convert("RGB")))
    cmyk = Image.fromarray(three).convert("CMYK")
    assert np.array_equal(saved(cmyk, "TIFF"), np.asarray(cmyk.convert("RGB")))


def test_what_is_transparent_lies_on_white() -> None:
    pixels = np.zeros((1, 3, 4), np.uint8)
    pixels[0, :, 3] = 0, 255, 51  # black: clear, solid, a fifth
    shown = saved(Image.fromarray(pixels))
    assert shown[0, :, 0].tolist() == [255, 0, 204]  # 255 * (1 - alpha)
    palette = Image.new("P", (2, 1))
    palette.putpalette([0, 0, 0, 10, 20, 30])
    palette.putpixel((1, 0), 1)
    assert saved(palette, transparency=0)[0].tolist() == [[255, 255, 255], [10, 20, 30]]


def test_a_photo_is_turned_upright() -> None:
    image = Image.fromarray(np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    upright = saved(image, exif=exif)
    assert upright.shape == (2, 1, 3) and upright[0, 0].tolist() == [255, 0, 0]


def test_a_picture_is_the_same_under_another_folder_and_in_bytes() -> None:
    assert identity("file:///a/b/1.png") == identity("x/1.png") == identity({"bytes": None, "path": "1.png"})
    assert identity(encoded()) == identity({"bytes": encoded(), "path": "1.png"}) != identity(encoded(RED[:2]))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF"])
def test_every_format_that_is_promised_is_read(form: str) -> None:
    picture = Picture(encoded(np.full((16, 24, 3), 255, np.uint8), form))
    assert picture.load().shape == (16, 24, 3) and picture.load().min() > 250


def test_what_is_no_picture_is_named_by_what_would_be(folder: Path) -> None:
    with pytest.raises(
        ValueError, match="the embedded image cannot be read: it is no picture .*PNG, JPEG.*AVIF"
    ) as caught:
        Picture(b"%!PS-Adobe-3.0").load()
    assert "0x" not in str(caught.value)
