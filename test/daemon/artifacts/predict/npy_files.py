"""Writes npy-files.json: small arrays as numpy saves them, with their shape and what float32 numbers they are (as 32-bit patterns, in C order).

    python npy_files.py npy-files.json
"""
import base64
import io
import json
import sys

import numpy as np
from numpy.lib import format as npy

LONGS = [2**53 + 1, 2**62 + 1, -(2**62) - 1, 16_777_217, 2**63 - 1, 9_007_200_328_482_817, -9_007_200_328_482_817]
VALUES = {
    "b1": [True, False, True, True, False, False],
    "i1": [-128, 127, 0, 1, -1, 5],
    "u1": [255, 0, 1, 2, 3, 4],
    "i2": [-32768, 32767, 256, 1, -1, 5],
    "u2": [65535, 0, 258, 2, 3, 4],
    "i4": [-(2**31), 2**31 - 1, 16_777_217, 1, -1, 5],
    "u4": [2**32 - 1, 0, 16_777_217, 2, 3, 4],
    "i8": LONGS[:6],
    "u8": [2**64 - 1, 2**63 + 2**39, 2**63 + 2**39 + 1, 2**63 + 2**40 + 2**39, 1, LONGS[5]],
    "f4": [1.5, -0.0, np.nan, np.inf, 1e-45, -3.4e38],
    "f8": [0.1, 1e300, np.nan, -1e-50, 16_777_217.0, 1 + 2.0**-24],
}


def saved(array, version):
    out = io.BytesIO()
    npy.write_array(out, array, version=version)
    return out.getvalue()


def entry(name, array, version=None):
    floats = np.ascontiguousarray(array).astype("f4")
    numbers = floats.ravel().copy()
    numbers[np.isnan(numbers)] = np.nan
    return {
        "name": name,
        "file": base64.b64encode(saved(array, version)).decode(),
        "shape": list(array.shape),
        "bits": [int(pattern) for pattern in numbers.view("u4")],
    }


files = []
with np.errstate(all="ignore"):
    for code, values in VALUES.items():
        for order in ("<",) if code[1] == "1" else ("<", ">"):
            array = np.array(values, dtype=code).reshape(2, 3)
            files.append(entry(f"{order}{code}", array.astype(order + code)))
            files.append(entry(f"{order}{code} Fortran", np.asfortranarray(array.astype(order + code))))
    matrix = np.arange(12, dtype="<f4").reshape(4, 3)
    for version in ((1, 0), (2, 0), (3, 0)):
        files.append(entry(f"version {version[0]}", matrix, version))
    files.append(entry("one row", matrix[0]))
    files.append(entry("no rows", matrix[:0]))
    files.append(entry("three axes, Fortran", np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4))))
json.dump(files, open(sys.argv[1], "w"))
