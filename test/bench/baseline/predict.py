# Baseline of predictions: libxgboost in one thread, by Python. Trains a model of 100 trees of depth 6 on 30 features (seeded), writes model.json,
# rows.npy (10,000 rows, 5 % missing) and margins.npy into the folder that it is given, says "ready", and then answers each line on stdin with the
# medians of a turn: {"batch_ms": of all rows, "row_us": of one row}.
import json, os, statistics, sys, time

import numpy as np
import xgboost

TREES, DEPTH, FEATURES, ROWS = 100, 6, 30, 10_000


def data(random, count):
    rows = random.normal(size=(count, FEATURES)).astype("f4")
    label = (rows[:, :10].sum(1) + np.sin(3 * rows[:, 3]) + random.normal(size=count)).astype("f4")
    rows[random.random(rows.shape) < 0.05] = np.nan
    return rows, label


def median_seconds(call, times):
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


folder = sys.argv[1]
random = np.random.default_rng(20260105)
train, label = data(random, 20_000)
booster = xgboost.train({"max_depth": DEPTH, "eta": 0.1, "nthread": 1}, xgboost.DMatrix(train, label, nthread=1), TREES)
booster.set_param({"nthread": 1})
rows, _ = data(random, ROWS)
booster.save_model(os.path.join(folder, "model.json"))
np.save(os.path.join(folder, "rows.npy"), rows)
np.save(os.path.join(folder, "margins.npy"), booster.predict(xgboost.DMatrix(rows, nthread=1), output_margin=True))
one = rows[:1].copy()
print("ready", xgboost.__version__, flush=True)
for _ in sys.stdin:
    batch = median_seconds(lambda: booster.inplace_predict(rows, predict_type="margin"), 5)
    row = median_seconds(lambda: booster.inplace_predict(one, predict_type="margin"), 400)
    print(json.dumps({"batch_ms": batch * 1e3, "row_us": row * 1e6}), flush=True)
