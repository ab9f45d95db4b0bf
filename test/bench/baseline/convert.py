# Baseline: a pickled model to model.json by XGBoost itself. One conversion for each line on stdin; prints the milliseconds it took.
import pickle, sys, time

import xgboost

with open(sys.argv[1], "rb") as file:
    content = file.read()
print("xgboost", xgboost.__version__, flush=True)
for _ in sys.stdin:
    begun = time.perf_counter()
    model = pickle.loads(content)
    booster = model if isinstance(model, xgboost.Booster) else model.get_booster()
    document = bytes(booster.save_raw("json"))
    print((time.perf_counter() - begun) * 1000, len(document), flush=True)
