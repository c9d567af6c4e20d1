"""Files that NumPy writes, and the order of torchvision in a folder of images.

    python test/oracle/data/readers.py > test/fixtures/data/readers.json
"""
import base64
import gzip
import io
import json
import os
import struct
import tempfile
from pathlib import Path

import numpy as np

IMAGES = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")


def image_folder(folder):
    """Classes and samples as torchvision 0.28 finds them (datasets/folder.py), with Python's own order."""
    classes = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir())
    samples = []
    for label, name in enumerate(classes):
        for root, _, files in sorted(os.walk(os.path.join(folder, name), followlinks=True)):
            samples += [[os.path.relpath(os.path.join(root, f), folder), label] for f in sorted(files) if f.lower().endswith(IMAGES)]
    return classes, samples


rng = np.random.default_rng(0)


def b64(data):
    return base64.b64encode(data).decode()


npy = []
for dtype in ("bool", "u1", "i1", "i2", "i4", "i8", "f2", "f4", "f8", "u2", "u4", "u8", ">i2", ">i4", ">i8", ">f4", ">f8", ">u2"):
    for shape, order in (((2, 3), "C"), ((2, 3, 2), "F"), ((), "C"), ((0, 2), "C"), ((5,), "F")):
        values = rng.integers(0, 100, shape) if "f" not in dtype else rng.integers(-1000, 1000, shape) / 8
        array = np.array(values).astype(dtype)
        array = np.asfortranarray(array) if order == "F" else array
        file = io.BytesIO()
        np.save(file, array)
        npy.append({"dtype": dtype, "shape": list(shape), "order": order, "file": b64(file.getvalue()),
                    "values": [float(v) for v in array.flatten(order="C").astype("f8")]})

refused = []
for name, array in (("complex", np.zeros(2, "c8")), ("text", np.array(["a"])), ("structure", np.zeros(2, "f4,i4")),
                    ("objects", np.array([None]))):
    file = io.BytesIO()
    np.save(file, array)
    refused.append({"name": name, "file": b64(file.getvalue())})

npz = []
for save in (np.savez, np.savez_compressed):
    file = io.BytesIO()
    save(file, a=np.arange(6.0).reshape(2, 3), b=np.array([1, 2]))
    npz.append(b64(file.getvalue()))

idx = []
for code, dtype in ((8, "u1"), (9, "i1"), (11, ">i2"), (12, ">i4"), (13, ">f4"), (14, ">f8")):
    array = (rng.integers(0, 100, (2, 3))).astype(dtype)
    data = bytes([0, 0, code, 2]) + struct.pack(">II", 2, 3) + array.tobytes()
    for packed in (data, gzip.compress(data, mtime=0)):
        idx.append({"file": b64(packed), "values": array.flatten().astype("f8").tolist()})

PATHS = ["b/2.png", "b/10.png", "B/x.JPG", "a/z.png", "a/sub/a.png", "a/sub2/a.png", "a/notes.txt", "\U0001F600/q.webp", "\uffee/q.bmp", "é/1.tiff"]
with tempfile.TemporaryDirectory() as folder:
    for p in PATHS:
        (Path(folder) / p).parent.mkdir(parents=True, exist_ok=True)
        (Path(folder) / p).write_bytes(b"")
    classes, samples = image_folder(folder)
    images = {"paths": PATHS, "classes": classes, "samples": samples}

print(json.dumps({"npy": npy, "refused": refused, "npz": npz, "idx": idx, "images": images}, separators=(",", ":")))
