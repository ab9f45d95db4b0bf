"""Asks the installed XGBoost about models of its own.

    python live_answers.py FOLDER

Writes <kind>.json for each kind of model, prints their names and "trained", and waits for a line on stdin. Then it reads <kind>.rows of each (raw
float32, 20 features) and writes <kind>.{margin,prediction,leaf,contribs,round}, raw float32.

Margins and predictions are those of inplace_predict, which takes infinities; leaves and contributions (of a DMatrix, which does not) have the largest
floats in their place. "round" is the margin of the second round alone.
"""
import os
import sys

import numpy as np
import xgboost

FEATURES, ROWS = 20, 1500
LARGEST = np.finfo("f4").max

KINDS = {
    "deep": dict(objective="reg:squarederror", max_depth=8, eta=0.3),
    "logistic": dict(objective="binary:logistic", grow_policy="lossguide", max_leaves=60, max_depth=0, tree_method="hist"),
    "classes": dict(objective="multi:softprob", num_class=4, max_depth=5, subsample=0.7),
    "forest": dict(objective="multi:softmax", num_class=3, num_parallel_tree=3, max_depth=4, subsample=0.5, colsample_bynode=0.5),
    "dart": dict(objective="reg:pseudohubererror", booster="dart", rate_drop=0.4, one_drop=1, max_depth=4),
    "categories": dict(objective="count:poisson", tree_method="hist", max_depth=6, max_cat_to_onehot=4),
    "vectors": dict(objective="reg:squarederror", multi_strategy="multi_output_tree", tree_method="hist", max_depth=4),
    "quantiles": dict(objective="reg:quantileerror", quantile_alpha=[0.1, 0.5, 0.9], tree_method="hist", max_depth=4),
    "linear": dict(objective="binary:logistic", booster="gblinear"),
}


def train(kind, params, folder):
    random = np.random.default_rng(len(kind))
    rows = random.normal(size=(ROWS, FEATURES)).astype("f4")
    rows[:, :3] = random.integers(0, 70, size=(ROWS, 3))
    noise = random.normal(size=ROWS)
    label = np.sin(3 * rows[:, 5]) + rows[:, 6] * (rows[:, 0] % 3 == 1) + 0.3 * noise
    rows[random.random(rows.shape) < 0.1] = np.nan
    rows[:, :3] = np.nan_to_num(rows[:, :3])
    if kind in ("logistic", "linear"):
        label = label > 0
    if kind in ("classes", "forest"):
        label = np.digitize(label, [-0.5, 0.2, 0.9][: params["num_class"] - 1])
    if kind == "categories":
        label = np.maximum(0, np.round(np.exp(label / 2)))
    if kind == "vectors":
        label = np.stack([label, noise, rows[:, 7] * 0 + label**2], 1)
        label = np.nan_to_num(label)
    types = (["c"] * 3 + ["q"] * (FEATURES - 3)) if kind == "categories" else None
    data = xgboost.DMatrix(rows, label, feature_types=types, enable_categorical=types is not None, nthread=1)
    booster = xgboost.train(dict(params, nthread=1, seed=7, base_score=0.3 if kind == "deep" else None), data, 8)
    booster.save_model(os.path.join(folder, kind + ".json"))


def answer(kind, folder):
    booster = xgboost.Booster({"nthread": 1})
    booster.load_model(os.path.join(folder, kind + ".json"))
    rows = np.fromfile(os.path.join(folder, kind + ".rows"), "<f4").reshape(-1, FEATURES)
    plain = {"validate_features": False}
    answers = {}
    if kind == "linear":
        data = xgboost.DMatrix(rows, nthread=1)
        answers["margin"] = booster.predict(data, output_margin=True, **plain)
        answers["prediction"] = booster.predict(data, **plain)
    else:
        answers["margin"] = booster.inplace_predict(rows, predict_type="margin", **plain)
        answers["prediction"] = booster.inplace_predict(rows, **plain)
        answers["round"] = booster.inplace_predict(rows, predict_type="margin", iteration_range=(1, 2), **plain)
        data = xgboost.DMatrix(np.clip(rows, -LARGEST, LARGEST), nthread=1)
        answers["leaf"] = booster.predict(data, pred_leaf=True, **plain)
    if kind != "vectors":
        answers["contribs"] = booster.predict(data, pred_contribs=True, approx_contribs=True, **plain)
    for name, numbers in answers.items():
        np.asarray(numbers, "<f4").tofile(os.path.join(folder, f"{kind}.{name}"))


folder = sys.argv[1]
for kind, params in KINDS.items():
    train(kind, params, folder)
print(*KINDS, "trained", flush=True)
if sys.stdin.readline():
    for kind in KINDS:
        answer(kind, folder)
