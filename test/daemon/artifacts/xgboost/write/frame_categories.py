"""Writes frame-categories.json and frame-categories.ubj: a model trained on a frame with categories of every type that XGBoost 3.4 takes.

    python frame_categories.py ../../../../fixtures/frame-categories

Needs xgboost 3.4.1 and pandas. Unsigned 64-bit categories beyond the signed range and floats are refused by XGBoost itself.
"""
import os
import sys

import numpy as np
import pandas as pd
import xgboost as xgb

random = np.random.RandomState(20260105)
ROWS = 200
VALUES = {
    "text": ["x", "yé", "zz"],
    "i64": np.array([5, -7, 2**40 + 1], dtype=np.int64),
    "i32": np.array([5, -7, 2**31 - 1], dtype=np.int32),
    "i16": np.array([5, -7, 32767], dtype=np.int16),
    "i8": np.array([5, -7, 127], dtype=np.int8),
    "u8": np.array([5, 7, 200], dtype=np.uint8),
    "u16": np.array([5, 7, 60000], dtype=np.uint16),
    "u32": np.array([5, 7, 4000000000], dtype=np.uint32),
    "u64": np.array([5, 7, 2**63 - 1], dtype=np.uint64),
}
columns = {"number": random.randn(ROWS).astype(np.float32)}
columns.update({name: pd.Categorical.from_codes(random.randint(0, 3, ROWS), values) for name, values in VALUES.items()})
frame = pd.DataFrame(columns)
target = random.randn(ROWS) + frame["text"].cat.codes + frame["i64"].cat.codes
parameters = {"max_depth": 2, "nthread": 1, "seed": 1}
booster = xgb.train(parameters, xgb.DMatrix(frame, label=target, enable_categorical=True), 1)
for name in ("json", "ubj"):
    booster.save_model(os.path.join(sys.argv[1], "frame-categories." + name))
