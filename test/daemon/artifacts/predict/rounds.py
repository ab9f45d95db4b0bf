"""Adds to a JSON file the margins that one release of XGBoost (1.4 or later) gives for ranges of rounds of its own models, as 32-bit patterns.

    python rounds.py rounds.json FOLDER

FOLDER holds the unpacked archive test/fixtures/xgboost/<release>.tar.gz or <release>-synthetic.tar.gz, and its name is noted. The first rows only.
"""
import json
import os
import sys

import numpy as np
import xgboost

ROWS = 5
RANGES = [(0, 1), (1, 2), (1, 3), (0, 3), (0, 2)]
KINDS = ["reg_base_half", "softprob", "forest", "forest_softprob", "dart", "dart_forest", "multi_otp", "vector_leaf", "early_stop"]

path, folder = sys.argv[1:]
archive = os.path.basename(os.path.normpath(folder))
entries = [entry for entry in (json.load(open(path)) if os.path.exists(path) else []) if entry["archive"] != archive]
for kind in KINDS:
    file = os.path.join(folder, kind, "model.json")
    # 1.5 and older keep the size of a forest's rounds only in the pickle.
    if not os.path.exists(file) or ("forest" in kind and archive < "1.6"):
        continue
    booster = xgboost.Booster({"nthread": 1})
    booster.load_model(file)
    rows = xgboost.DMatrix(np.load(os.path.join(folder, kind, "X.npy"))[:ROWS], nthread=1)
    for begin, end in RANGES:
        try:
            margins = booster.predict(rows, output_margin=True, iteration_range=(begin, end), validate_features=False)
        except xgboost.core.XGBoostError:
            bits = None
        else:
            bits = [int(pattern) for pattern in np.asarray(margins, "f4").ravel().view("u4")]
        entries.append({"archive": archive, "kind": kind, "begin": begin, "end": end, "margins": bits})
json.dump(entries, open(path, "w"))
