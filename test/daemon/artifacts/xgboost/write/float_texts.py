"""Prints numpy's shortest scientific text of float32 numbers, in XGBoost's spelling: [[bits, text], ...] for float-texts.json.

    python float_texts.py > float-texts.json
"""
import json

import numpy as np

random = np.random.RandomState(20260105)
bits = [exponent << 23 | fraction for exponent in range(255) for fraction in (0, 1, 0x7FFFFF)]
bits += list(range(1, 60)) + [int(number) for number in random.randint(0, 0x7F800000, 600)]
bits += [int(number) for number in np.abs(random.randn(400)).astype(np.float32).view(np.uint32)]
# Eighths and large whole numbers, where halves are to be rounded to even.
bits += [int(number) for number in (random.randint(0, 40000000, 400) / np.float32(8)).astype(np.float32).view(np.uint32)]
bits += [int(number) for number in random.randint(0, 2000000000, 300).astype(np.float32).view(np.uint32)]


def text(number):
    mantissa, exponent = np.format_float_scientific(number, unique=True, trim="-").split("e")
    return mantissa + "E" + str(int(exponent))


print(json.dumps([[number, text(np.array([number], dtype=np.uint32).view(np.float32)[0])] for number in bits], separators=(",", ":")))
