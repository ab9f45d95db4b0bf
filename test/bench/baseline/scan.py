# Baseline: the plainest Python scan of a directory of groups: pickle + json + csv for every group. Prints the seconds it took.
# The model pickles are read where xgboost is installed, and the output says so.
import csv, json, os, pickle, sys, time

SUFFIXES = ["_factors.txt", "_ic.csv", "_info.pkl", "_model.json"]
try:
    import xgboost  # noqa: F401

    SUFFIXES.append("_model.pkl")
except ImportError:
    pass


def scan(root):
    groups = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            for suffix in SUFFIXES:
                if name.endswith(suffix):
                    group = groups.setdefault(name[: -len(suffix)], {})
                    if suffix == "_factors.txt":
                        group["factors"] = [line.strip() for line in open(path, encoding="utf-8") if line.strip()]
                    elif suffix == "_ic.csv":
                        group["ic"] = list(csv.DictReader(open(path, encoding="utf-8", newline="")))
                    elif suffix.endswith(".pkl"):
                        group[suffix] = pickle.load(open(path, "rb"))
                    else:
                        group["model"] = json.load(open(path, encoding="utf-8"))["learner"]["learner_model_param"]["num_feature"]
    return groups


# What the pickles need is imported before the clock starts: a running service has it loaded.
import numpy, pandas  # noqa: E401,F401

started = time.perf_counter()
found = scan(sys.argv[1])
print(json.dumps({"groups": len(found), "seconds": time.perf_counter() - started, "model_pickles": "_model.pkl" in SUFFIXES}))
