"""Loads renderings with the XGBoost that this Python has and compares its margins with those of the writer.

    python predict_renderings.py FOLDER

FOLDER is what write-renderings.ts filled. One JSON line for each rendering that is for this release, with "outcome": "equal" (every bit), "rounded" (no
more than 3e-7 of the margin's size), "different", or the error; then one line with "counts". Python 3.7 and XGBoost 1.0 or newer.
"""
import json
import os
import sys
import warnings

sys.dont_write_bytecode = True
warnings.filterwarnings("ignore")
# A thread for each core costs ten times what these few rows do.
os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import xgboost as xgb

RELEASE = tuple(int(part) for part in xgb.__version__.split(".")[:2])
ROUNDING = 3e-7


def booster_of(path):
    booster = xgb.Booster({"nthread": 1, "verbosity": 0})
    booster.load_model(path)
    # Rows come without names; a model with categories keeps its types and gets them with the rows.
    stored = getattr(booster, "feature_types", None) or []
    types = stored if RELEASE >= (1, 6) and "c" in stored else None
    booster.feature_names = None
    booster.feature_types = None
    return booster, types, stored


def nonsense_rows(rows, types):
    """Rows with a category between -1 and 0: 1.5 takes it for 0, and a note with the rendering says so."""
    if RELEASE >= (1, 6) or "c" not in types:
        return np.zeros(len(rows), dtype=bool)
    categories = rows[:, [place for place, name in enumerate(types) if name == "c"]]
    return ((categories > -1) & (categories < 0)).any(axis=1)


def outcome_of(folder, entry):
    booster, types, stored = booster_of(os.path.join(folder, entry["document"]))
    rows = np.fromfile(os.path.join(folder, entry["rows"]), dtype="<f4").reshape(-1, entry["features"])
    margins = np.fromfile(os.path.join(folder, entry["margins"]), dtype="<f4")
    matrix = xgb.DMatrix(rows, **({"feature_types": types, "enable_categorical": True} if types else {}))
    if types:
        booster.feature_types = types
    got = np.asarray(booster.predict(matrix, output_margin=True), dtype=np.float32).reshape(-1)
    if got.size != margins.size:
        return "%d margins instead of %d" % (got.size, margins.size)
    asked = ~nonsense_rows(rows, stored)
    got, margins = got.reshape(len(rows), -1)[asked], margins.reshape(len(rows), -1)[asked]
    if got.tobytes() == margins.tobytes():
        return "equal"
    apart = np.nanmax(np.abs(got.astype(float) - margins) / np.maximum(1, np.abs(margins)))
    return "rounded" if apart <= ROUNDING else "different by %g" % apart


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "renderings.json"), encoding="utf-8") as file:
        entries = [entry for entry in json.load(file) if entry["reader"] == xgb.__version__]
    counts = {}
    for entry in entries:
        try:
            outcome = outcome_of(folder, entry)
        except Exception as error:
            outcome = str(error).splitlines()[0][:200]
        counts[outcome] = counts.get(outcome, 0) + 1
        print(json.dumps({"writer": entry["writer"], "kind": entry["kind"], "format": entry["format"], "notes": entry["notes"], "outcome": outcome}))
    print(json.dumps({"reader": xgb.__version__, "counts": counts}))


if __name__ == "__main__":
    main()
