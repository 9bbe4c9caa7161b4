"""Maintainers' command `python -m tests.pictures`: draw the README's pictures from the explorers themselves."""
import io
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from lnnlib import explorers

FOLDER = Path(__file__).resolve().parents[1] / ".github/pictures"
WIDTH, RATIO = 820, 1
HOLD, STEP = 900, 90                                         # milliseconds that the ends of the animation and its steps stay
STILLS = {
    "saddle_map": {},
    "bottleneck_trap": {},
}


def animation():
    """The start of `saddle_escape` moves towards the saddle and back: the bytes of a GIF."""
    figure = explorers.saddle_escape(theta=Fraction(1, 2))
    there = [theta for theta in figure.controls["theta"].grid if 0 < theta <= Fraction(1, 2)][::-12]
    frames = []
    for theta in there:
        figure.set(theta=theta)
        picture = Image.open(io.BytesIO(figure.png(width=WIDTH, pixel_ratio=RATIO)))
        frames.append(np.asarray(picture.convert("RGB")))
    tall = min(len(frame) for frame in frames)
    pictures = [Image.fromarray(frame[:tall]).quantize(64, dither=Image.Dither.NONE) for frame in [*frames, *frames[-2:0:-1]]]
    times = [HOLD if k in (0, len(frames) - 1) else STEP for k in range(len(pictures))]
    file = io.BytesIO()
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:], duration=times, loop=0, optimize=True)
    return file.getvalue()


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "saddle_escape.gif").write_bytes(animation())
    for name, values in STILLS.items():
        (FOLDER / f"{name}.png").write_bytes(getattr(explorers, name)(**values).png(width=WIDTH, pixel_ratio=RATIO))


if __name__ == "__main__":
    main()
