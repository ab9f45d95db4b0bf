"""Writes float-math.json: exp and log of float32 numbers, and softplus and its inverse made of log1p and expm1, as this machine's C library rounds
them: 32-bit patterns, an argument and its result by turns.

Run with any Python 3 on x86-64 Linux with glibc 2.27 to 2.40:  python float_math.py float-math.json
"""

import ctypes
import json
import math
import random
import struct
import sys

libm = ctypes.CDLL("libm.so.6")


def bits(value):
    return struct.unpack("<I", struct.pack("<f", value))[0]


def floats(pattern):
    return struct.unpack("<f", struct.pack("<I", pattern))[0]


def softplus(pattern):
    """ln(1 + e^x) as XGBoost writes it."""
    x = floats(pattern)
    return bits(max(x, 0.0) + floats(call("log1pf", call("expf", bits(-abs(x))))))


def softplus_inverse(pattern):
    """ln(e^x - 1) as XGBoost writes it."""
    x = floats(pattern)
    return bits(x + floats(call("logf", bits(-floats(call("expm1f", bits(-x)))))))


def call(name, pattern):
    if name in COMPOSED:
        return COMPOSED[name](pattern)
    function = getattr(libm, name)
    function.restype = ctypes.c_float
    function.argtypes = [ctypes.c_float]
    return bits(function(floats(pattern)))


def rounded_once(name, pattern):
    """The same through doubles, rounded: where the two differ the C library is a unit off."""
    if name in COMPOSED:
        x = floats(pattern)
        part = bits(math.log1p(floats(call("expf", bits(-abs(x)))))) if name == "softplus" else call("logf", bits(-math.expm1(-x)))
        return bits((max(x, 0.0) if name == "softplus" else x) + floats(part))
    function = getattr(libm, name[:-1])
    function.restype = ctypes.c_double
    function.argtypes = [ctypes.c_double]
    result = function(floats(pattern))
    try:
        return bits(result)
    except OverflowError:
        return bits(float("inf"))


def sample(name, draw, edges, want_off):
    """Edges, 150 random numbers, and `want_off` at which the library does not round correctly."""
    random.seed(name)
    chosen = [bits(edge) for edge in edges] + [bits(draw()) for _ in range(150)]
    off = 0
    while off < want_off:
        pattern = bits(draw())
        if call(name, pattern) != rounded_once(name, pattern):
            chosen.append(pattern)
            off += 1
    return [number for pattern in chosen for number in (pattern, call(name, pattern))]


EXP_EDGES = [0.0, -0.0, 1.0, -1.0, 88.72283, 88.722839, 89.0, -87.33654, -88.0, -103.27893, -103.97207, -103.97208, -104.0, 1e-45, -1e-45, 1e-8, 700.0, -700.0]
LOG_EDGES = [0.0, -0.0, 1.0, 0.99999994, 1.0000001, 1e-45, 1.1754942e-38, 1.17549435e-38, 3.4028235e38, 2.0, 0.5, -1.0, 1e-6]
SOFTPLUS_EDGES = [0.0, -0.0, 1.0, -1.0, -0.8813736, -0.88137364, -10.0, -10.5, -15.0, -20.2, -88.0, -120.0, 20.0, 1e30, -1e30]
INVERSE_EDGES = [1e-6, 1.1e-6, 1e-5, 0.3465735, 0.34657362, 1.0397207, 1.0397209, 1.5, 18.71, 18.72, 100.0, 1e30]
COMPOSED = {"softplus": softplus, "softplusInverse": softplus_inverse}

table = {
    "expf": sample("expf", lambda: random.uniform(-100, 88), EXP_EDGES, 60),
    "logf": sample("logf", lambda: 10 ** random.uniform(-6, 6), LOG_EDGES, 60),
    "softplus": sample("softplus", lambda: random.uniform(-15, 3), SOFTPLUS_EDGES, 60),
    "softplusInverse": sample("softplusInverse", lambda: 10 ** random.uniform(-6, 1.2), INVERSE_EDGES, 60),
}
with open(sys.argv[1], "w") as out:
    json.dump(table, out)
