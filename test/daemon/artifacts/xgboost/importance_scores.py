"""Prints, as JSON, what Booster.get_score and num_boosted_rounds say of model documents.

    python importance_scores.py MODEL.json …

{file: {"rounds": n, "scores": {kind: {feature: score or [score of each output]}}}}; a document or a kind that XGBoost refuses
is left out. importance.json is what xgboost-cpu 3.4.1 says of test/fixtures/versions-small, without the vector leaves before
3.2: it crashes on them.
"""
import json
import sys

import xgboost

KINDS = ["weight", "gain", "cover", "total_gain", "total_cover"]


def scores_of(booster):
    scores = {}
    for kind in KINDS:
        try:
            scores[kind] = booster.get_score(importance_type=kind)
        except (xgboost.core.XGBoostError, ValueError):
            pass
    return scores


def main():
    answer = {}
    for path in sys.argv[1:]:
        booster = xgboost.Booster()
        try:
            booster.load_model(path)
            rounds = booster.num_boosted_rounds()
        except xgboost.core.XGBoostError:
            continue
        answer[path.split("/")[-1]] = {"rounds": rounds, "scores": scores_of(booster)}
    json.dump(answer, sys.stdout, separators=(",", ":"))


main()
