"""Prints what the base_score parser of the XGBoost that this Python has (1.0 or 1.1) makes of texts: [[text, bits or null], ...] for rough-scores.json.

    python rough_scores.py < texts.json > rough-scores.json

The texts are those that score-text.ts writes for scores of all sizes, and others. A gblinear model without weights answers with its base score.
"""
import json
import os
import sys
import tempfile

import numpy as np
import xgboost as xgb

booster = xgb.train({"booster": "gblinear", "objective": "reg:squarederror"}, xgb.DMatrix(np.ones((4, 1)), label=np.ones(4)), 1)
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "model.json")
    booster.save_model(path)
    with open(path) as file:
        document = json.load(file)
    row = xgb.DMatrix(np.zeros((1, 1)))
    found = []
    for text in json.load(sys.stdin):
        document["learner"]["learner_model_param"]["base_score"] = text
        with open(path, "w") as file:
            file.write(json.dumps(document).replace(json.dumps(document["learner"]["gradient_booster"]["model"]["weights"]), "[0.0, 0.0]"))
        loaded = xgb.Booster()
        try:
            loaded.load_model(path)
        except xgb.core.XGBoostError:
            found.append([text, None])
            continue
        margin = np.float32(loaded.predict(row, output_margin=True)[0])
        found.append([text, int(np.array([margin]).view(np.uint32)[0])])
print(json.dumps(found, separators=(",", ":")))
