"""Adds to a JSON file what one release of XGBoost makes of base scores and margins, by objective, all as 32-bit patterns.

    python links_and_outputs.py links-and-outputs.json

Run once with the Python of each release (test/fixtures/make/make_environments.py makes those). The file is a list of groups of releases that give the
same answers: {"objective", "releases", "scores": [score, its margins or null where the release refuses the score, …], "outputs": [margins of a row,
then its prediction, …]}. A model without trees has its base score's margin; one that is given base margins has those.
"""
import json
import os
import random
import struct
import sys

import numpy as np
import xgboost

RELEASE = xgboost.__version__
OLD = tuple(int(part) for part in RELEASE.split(".")[:2])
ROWS = 48

random.seed(5)
SCORES = [0.0, 1e-8, 1e-7, 1e-6, 1e-5, 0.001, 0.1, 0.25, 0.3, 0.37, 0.5, 0.7, 0.9, 0.999, 1 - 2.0**-24, 1.0, 1.5, 3.5, 1000.0, -1.0, -0.25]
SCORES += [random.random() for _ in range(20)]
MARGINS = [0.0, -0.0, 1.0, -1.0, 1e-45, 88.7, 88.72, 88.73, 90.0, 104.0, -88.69, -88.7, -88.72, -88.73, -90.0, -103.9, -104.0, -150.0, 3.4e38, -3.4e38]
MARGINS += [random.gauss(0, 3) for _ in range(ROWS - len(MARGINS))]
OBJECTIVES = {
    "reg:squarederror": {}, "reg:linear": {}, "reg:squaredlogerror": {}, "reg:pseudohubererror": {}, "reg:absoluteerror": {},
    "reg:logistic": {}, "binary:logistic": {}, "binary:logitraw": {}, "binary:hinge": {}, "count:poisson": {}, "reg:gamma": {},
    "reg:tweedie": {}, "survival:cox": {}, "survival:aft": {}, "rank:pairwise": {}, "rank:ndcg": {}, "rank:map": {},
    "multi:softmax": {"num_class": 3}, "multi:softprob": {"num_class": 3},
    "reg:quantileerror": {"quantile_alpha": [0.1, 0.5, 0.9]}, "reg:expectileerror": {"expectile_alpha": [0.1, 0.5, 0.9]},
}


def bits(values):
    numbers = np.asarray(values, "f4").ravel().copy()
    numbers[np.isnan(numbers)] = np.nan  # any NaN is as good as another
    return [int(pattern) for pattern in numbers.view("u4")]


def matrix(objective, base_margin=None):
    data = xgboost.DMatrix(np.zeros((ROWS, 2), "f4"))
    label = np.arange(ROWS) % 2 + (1.0 if objective in ("reg:gamma", "survival:aft") else 0.0)
    if objective == "survival:aft":
        data.set_float_info("label_lower_bound", label)
        data.set_float_info("label_upper_bound", label + 1)
    else:
        data.set_label(label)
    if objective.startswith("rank"):
        data.set_group([ROWS])
    if base_margin is not None:
        data.set_base_margin(base_margin)
    return data


def train(objective, score):
    quiet = {"silent": 1} if OLD < (1, 0) else {"verbosity": 0}
    params = dict(objective=objective, base_score=score, nthread=1, **quiet, **OBJECTIVES[objective])
    return xgboost.train(params, matrix(objective), 0)


def scores_of(objective):
    found = []
    for score in SCORES:
        # A value that float32 holds, written so that the release's own parser of parameters reads it exactly.
        score = float(np.float32(score))
        try:
            margin = train(objective, format(score, ".60f").rstrip("0") + "0").predict(matrix(objective), output_margin=True)
            found += bits([score]) + bits(np.reshape(margin, (ROWS, -1))[0])
        except xgboost.core.XGBoostError:
            found += [bits([score])[0], None]
    return found


def outputs_of(objective):
    columns = len(OBJECTIVES[objective].get("quantile_alpha", OBJECTIVES[objective].get("expectile_alpha", [0] * OBJECTIVES[objective].get("num_class", 1))))
    margins = np.float32(MARGINS)
    base = np.stack([np.roll(margins, 5 * column) for column in range(columns)], 1)
    predicted = train(objective, 0.5).predict(matrix(objective, base.ravel() if columns == 1 or OLD < (1, 7) else base))
    predicted = np.asarray(predicted).reshape(ROWS, -1)
    return [pattern for row in range(ROWS) for pattern in bits(base[row]) + bits(predicted[row])]


path = sys.argv[1]
groups = json.load(open(path)) if os.path.exists(path) else []
for objective in OBJECTIVES:
    try:
        own = {"scores": scores_of(objective), "outputs": outputs_of(objective)}
    except Exception as refusal:
        print(RELEASE, objective, str(refusal).strip().split("\n")[0][-100:], file=sys.stderr)
        continue
    if all(margin is None for margin in own["scores"][1::2]):
        continue
    same = next((group for group in groups if group["objective"] == objective and all(group[key] == own[key] for key in own)), None)
    if same is None:
        groups.append(dict(objective=objective, releases=[RELEASE], **own))
    elif RELEASE not in same["releases"]:
        same["releases"].append(RELEASE)
json.dump(groups, open(path, "w"), indent=1)
