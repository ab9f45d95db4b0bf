"""A strategy process from before, with stubs made from old_client.proto: the other side of our compatibility promise.

    old_client.py get ADDR MODEL SYMBOL [GROUP]          one answer of GetModel
    old_client.py list ADDR MODEL                        the answer of ListSymbols
    old_client.py golden ADDR MODEL GOLDEN_JSON ROOT     compares every group that has a model document with what the golden file says

Prints JSON lines. Exit code 0 = as expected, 1 = golden differences, 2 = ok=false or wrong usage.
"""

import csv
import hashlib
import importlib
import itertools
import json
import math
import os
import re
import sys
import tempfile

import grpc
from grpc_tools import protoc

HERE = os.path.dirname(os.path.abspath(__file__))
DEADLINE_S = 30
TEXTS = ("train_start_date", "train_end_date")
NUMBERS = ("train_window_start_ts", "train_window_end_ts", "train_samples", "train_time_sec")


def load_stubs():
    """Generates the modules in a folder that goes away with this process."""
    folder = tempfile.TemporaryDirectory(prefix="old-client-")
    code = protoc.main(["protoc", f"-I{HERE}", f"--python_out={folder.name}", f"--grpc_python_out={folder.name}", os.path.join(HERE, "old_client.proto")])
    if code != 0:
        raise SystemExit(f"protoc ended with {code}")
    sys.path.insert(0, folder.name)
    return folder, importlib.import_module("old_client_pb2"), importlib.import_module("old_client_pb2_grpc")


def show(value):
    print(json.dumps(value, ensure_ascii=False), flush=True)


def metadata_fields(metadata):
    return {field.name: getattr(metadata, field.name) for field in metadata.DESCRIPTOR.fields}


def factor_fields(factors):
    return [{"dim": f.dim, "factor_name": f.factor_name, "kendall_tau": f.kendall_tau} for f in factors]


def get(stub, pb, model, symbol, group=""):
    answer = stub.GetModel(pb.GetModelRequest(model_name=model, symbol=symbol, group_key=group), timeout=DEADLINE_S)
    line = {"ok": answer.ok, "message": answer.message, "has_payload": answer.HasField("payload")}
    if answer.ok:
        document = answer.payload.model_json.encode("utf-8")
        line["metadata"] = metadata_fields(answer.payload.metadata)
        line["dim_factors"] = factor_fields(answer.payload.dim_factors)
        line["model_json_bytes"] = len(document)
        line["model_json_sha256"] = hashlib.sha256(document).hexdigest()
    show(line)
    return 0 if answer.ok else 2


def list_symbols(stub, pb, model):
    answer = stub.ListSymbols(pb.ListSymbolsRequest(model_name=model), timeout=DEADLINE_S)
    symbols = [{field.name: getattr(entry, field.name) for field in entry.DESCRIPTOR.fields} for entry in answer.symbols]
    show({"ok": answer.ok, "message": answer.message, "symbols": symbols})
    return 0 if answer.ok else 2


def expected_metadata(model, group, root):
    info = group.get("info_summary") or {}
    expected = {"model_name": model, "symbol": group["symbol"], "group_key": group["group_key"], "return_name": group["return_name"], "feature_dim": group["feature_dim"]}
    expected.update({name: info.get(name) or "" for name in TEXTS})
    expected.update({name: info.get(name) or 0 for name in NUMBERS})
    expected["model_json_path"] = group["files"]["model_json"][0]["path"]
    expected["source_root_path"] = os.path.realpath(root)
    return expected


def taus_by_name(group, root):
    """From the group's own CSV, as Python reads it, since a golden file may be rounded (to 16 decimals); else from the golden file. The last row of a name wins."""
    golden_taus = {row["factor_name"]: row["Kendall_tau"] for row in group["ic_rows"]}
    if "ic_csv" not in group["files"]:
        return golden_taus
    with open(os.path.join(root, group["files"]["ic_csv"][0]["path"]), encoding="utf-8-sig", newline="") as file:
        taus = {row["factor_name"]: float(row["Kendall_tau"]) if row["Kendall_tau"] else None for row in csv.DictReader(file)}
    for name, tau in taus.items():
        other = golden_taus.get(name)
        if (tau is None) != (other is None) or (tau is not None and abs(tau - other) > 1e-16):
            raise SystemExit(f"{group['group_key']}: the golden file says {name} = {other}, the CSV {tau}: it belongs to other files")
    return taus


def expected_factors(group, root):
    """By name only; nothing and NaN come out as 0.0."""
    taus = taus_by_name(group, root)
    names = group["factors"]
    result = []
    for dim in range(group["feature_dim"]):
        name = names[dim] if dim < len(names) else ""
        tau = taus.get(name)
        usable = isinstance(tau, (int, float)) and math.isfinite(tau)
        result.append({"dim": dim, "factor_name": name, "kendall_tau": float(tau) if usable else 0.0})
    return result


def differences(answer, model, group, root):
    """What the answer has that the golden file does not say, as a list of sentences."""
    if not answer.ok or answer.message != "ok":
        return [f"ok={answer.ok}, message {answer.message!r}"]
    found = metadata_fields(answer.payload.metadata)
    expected = expected_metadata(model, group, root)
    wrong = [f"{name} is {found[name]!r}, not {value!r}" for name, value in expected.items() if found[name] != value]
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", found["scanned_at"]):
        wrong.append(f"scanned_at is {found['scanned_at']!r}")
    unchecked = set(found) - set(expected) - {"scanned_at"}
    if unchecked:
        wrong.append(f"fields that nobody compared: {sorted(unchecked)}")
    factors = factor_fields(answer.payload.dim_factors)
    for got, wanted in itertools.zip_longest(factors, expected_factors(group, root)):
        if got != wanted:
            wrong.append(f"dim_factors has {got}, not {wanted}")
    with open(os.path.join(root, expected["model_json_path"]), "rb") as file:
        document = file.read().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if answer.payload.model_json.encode("utf-8") != document:
        wrong.append(f"model_json differs from {expected['model_json_path']}")
    return wrong


def best_group(groups, symbol):
    """The group that a request without group_key gets: ready first, then the latest train_end_date, then the largest key."""
    mine = [g for g in groups.values() if g["symbol"].upper() == symbol.upper()]
    return max(mine, key=lambda g: ("model_json" in g["files"], (g.get("info_summary") or {}).get("train_end_date") or "", g["group_key"]))


def golden(stub, pb, model, golden_json, root):
    with open(golden_json, encoding="utf-8") as file:
        groups = json.load(file)["groups"]
    failed = compared = 0

    def compare(request, group, how):
        nonlocal failed, compared
        wrong = differences(stub.GetModel(request, timeout=DEADLINE_S), model, group, root)
        failed += 1 if wrong else 0
        compared += 1
        show({"group": group["group_key"], "asked_by": how, "ok": not wrong, "differences": wrong})

    for group in groups.values():
        if "model_json" in group["files"]:
            compare(pb.GetModelRequest(model_name=model, symbol=group["symbol"], group_key=f" {group['group_key']} "), group, "group_key")
    for symbol in sorted({g["symbol"] for g in groups.values()}):
        best = best_group(groups, symbol)
        if "model_json" in best["files"]:
            compare(pb.GetModelRequest(model_name=model, symbol=f" {symbol.lower()} "), best, "symbol")

    listed = [entry.group_key for entry in stub.ListSymbols(pb.ListSymbolsRequest(model_name=model), timeout=DEADLINE_S).symbols]
    in_order = listed == sorted(groups)
    failed += 0 if in_order else 1
    show({"groups_compared": compared, "failed": failed, "listed": len(listed), "listed_as_expected": in_order})
    return 1 if failed or compared == 0 else 0


COMMANDS = {"get": (get, (2, 3)), "list": (list_symbols, (1,)), "golden": (golden, (3,))}


def main(arguments):
    if len(arguments) < 2 or arguments[0] not in COMMANDS or len(arguments) - 2 not in COMMANDS[arguments[0]][1]:
        print(__doc__, file=sys.stderr)
        return 2
    command, address, rest = COMMANDS[arguments[0]][0], arguments[1], arguments[2:]
    folder, pb, pb_grpc = load_stubs()
    with folder, grpc.insecure_channel(address) as channel:
        return command(pb_grpc.ModelServiceStub(channel), pb, *rest)


sys.exit(main(sys.argv[1:]))
