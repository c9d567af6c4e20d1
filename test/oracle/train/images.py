"""A folder of small images in every form, and their pixels as torchvision's loader has them: Image.convert('RGB') and ('L').

    python test/oracle/train/images.py

Writes test/fixtures/train/images/CLASS/NAME and test/fixtures/train/images.json.
"""
import json
import pathlib

import numpy as np
from PIL import Image

OUT = pathlib.Path(__file__).parents[2] / "fixtures" / "train"
y, x = np.mgrid[0:12, 0:10]
COLOURS = np.stack([x * 25, y * 20, (x * y * 7) % 256], -1).astype(np.uint8)
GREY = ((x * 31 + y * 17) % 256).astype(np.uint8)
ALPHA = np.concatenate([COLOURS, ((x + y) * 11)[..., None].astype(np.uint8)], -1)
FILES = {
    "cat/colours.png": (COLOURS, {}),
    "cat/colours.jpg": (COLOURS, {"quality": 90}),
    "cat/grey.jpg": (GREY, {"quality": 85}),
    "dog/alpha.png": (ALPHA, {}),
    "dog/grey.png": (GREY, {}),
    "dog/half.jpg": (COLOURS[::-1], {"quality": 75, "subsampling": 2, "progressive": True}),
    "dog/lossless.webp": (COLOURS[:, ::-1], {"lossless": True}),
}

pixels = {}
for name, (array, options) in FILES.items():
    path = OUT / "images" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.ascontiguousarray(array)).save(path, **options)
    image = Image.open(path)
    pixels[name] = {mode: np.asarray(image.convert(mode)).reshape(12, 10, -1).transpose(2, 0, 1).ravel().tolist() for mode in ("RGB", "L")}
text = ",\n".join(f"{json.dumps(name)}: {json.dumps(p, separators=(',', ':'))}" for name, p in pixels.items())
(OUT / "images.json").write_text("{\n" + text + "\n}\n")
