# Baseline: CPython's pickle.loads. One reading for each line on stdin; prints the milliseconds it took.
import gc, pickle, platform, sys, time

with open(sys.argv[1], "rb") as file:
    content = file.read()
print("CPython", platform.python_version(), flush=True)
for _ in sys.stdin:
    gc.disable()
    begun = time.perf_counter()
    value = pickle.loads(content)
    took = (time.perf_counter() - begun) * 1000
    del value
    gc.enable()
    print(took, flush=True)
