#!/usr/bin/env python3
"""Turns the results of benchmarks/run into docs/performance.md: its tables, and the plots beside it.

  report.py RESULTS   summarise RESULTS/jdkNN/*.json into docs/data, then write the tables and the plots
  report.py           write the tables and the plots from docs/data again
  report.py --check   fail when docs/performance.md or a plot is not what docs/data gives

Python 3.9 or later, standard library only.
"""
import json
import re
import statistics
import sys
from pathlib import Path

import plots

DOCS = Path(__file__).resolve().parent.parent / "docs"
DATA = DOCS / "data"
PAGE = DOCS / "performance.md"
MAIN_JDK = "17"
JDKS = (17, 25)

METRICS = ("callsPerSecond", "p50Micros", "p99Micros", "clientCpuMicros", "serverCpuMicros")

# (shape, metric, ours, other, the ratio ours/other must be, bound): issue "Fast", in its order
TARGETS = (
    ("64B-x64", "callsPerSecond", "sallyport", "grpc-unary", ">=", 8.0),
    ("64B-x64", "callsPerSecond", "sallyport", "grpc-bidi", ">=", 3.0),
    ("64B-x64", "callsPerSecond", "sallyport", "rsocket", ">=", 2.5),
    ("64B-x64", "callsPerSecond", "sallyport", "sallyport-unsigned", ">=", 0.75),
    ("1KiB-x64", "callsPerSecond", "sallyport", "grpc-unary", ">=", 5.0),
    ("1KiB-x64", "callsPerSecond", "sallyport", "grpc-bidi", ">=", 2.2),
    ("1KiB-x64", "callsPerSecond", "sallyport", "rsocket", ">=", 1.6),
    ("1KiB-x1", "p50Micros", "sallyport", "grpc-unary", "<=", 0.55),
    ("1KiB-x1", "p50Micros", "sallyport", "rsocket", "<=", 0.8),
    ("1KiB-x1", "p50Micros", "sallyport", "netty", "<=", 1.4),
    ("1KiB-x1", "p99Micros", "sallyport", "grpc-unary", "<=", 1.0),
    ("64KiB-x64", "callsPerSecond", "sallyport", "grpc-unary", ">=", 0.95),
    ("64KiB-x64", "callsPerSecond", "sallyport", "grpc-unary-tls", ">=", 1.5),
    ("1MiB-stream", "callsPerSecond", "sallyport", "grpc-unary", ">=", 1.0),
    ("1MiB-stream", "callsPerSecond", "sallyport", "grpc-unary-tls", ">=", 1.3),
    ("1KiB-x64", "callsPerSecond", "sallyport-pool", "grpc-unary-default", ">=", 8.0),
)
METRIC_WORDS = {"callsPerSecond": "calls/s", "p50Micros": "p50", "p99Micros": "p99"}


def summarise(results):
    """Each metric of each peer and shape as [median, lowest, highest], and its rounds for ratios."""
    rows = {}
    for row in results["rows"]:
        summary = {}
        for metric in METRICS:
            values = [round_[metric] for round_ in row["rounds"]]
            summary[metric] = [significant(v) for v in (statistics.median(values), min(values), max(values))]
        summary["rounds"] = {m: [significant(r[m]) for r in row["rounds"]] for m in METRIC_WORDS}
        rows[f'{row["shape"]} {row["peer"]}'] = summary
    head = {key: results[key] for key in ("machine", "finished", "jvmFlags", "roundMillis")}
    return {**head, "rows": rows}


def summarise_jmh(results):
    """Score, error and bytes allocated of each benchmark."""
    rows = []
    for result in results:
        metric = result["primaryMetric"]
        allocated = result.get("secondaryMetrics", {}).get("gc.alloc.rate.norm")
        rows.append({
            "benchmark": ".".join(result["benchmark"].split(".")[-2:]),
            "params": result.get("params", {}),
            "mode": result["mode"],
            "score": significant(metric["score"]),
            "error": significant(metric["scoreError"]) if metric["scoreError"] != "NaN" else None,
            "unit": metric["scoreUnit"],
            "allocated": None if allocated is None else significant(allocated["score"]),
        })
    return rows


def significant(value, digits=4):
    return float(f"{float(value):.{digits}g}")


def store(folder):
    DATA.mkdir(exist_ok=True)
    for jdk in sorted(Path(folder).glob("jdk*")):
        for name, summary in (("compare", summarise), ("jmh", summarise_jmh)):
            source = jdk / f"{name}.json"
            if source.exists():
                save(DATA / f"{name}-{jdk.name}.json", summary(json.loads(source.read_text())))
        for name in ("scale", "start"):
            for source in jdk.glob(f"{name}.json"):
                save(DATA / f"{name}-{jdk.name}.json", json.loads(source.read_text()))


def save(path, value):
    path.write_text(compact(value) + "\n")


def compact(value, depth=0):
    """JSON with one line for each row: small enough to keep, and to read in a diff."""
    if isinstance(value, dict) and depth < 2 and value:
        pad = "  " * (depth + 1)
        inner = ",\n".join(f"{pad}{json.dumps(k)}: {compact(v, depth + 1)}" for k, v in value.items())
        return "{\n" + inner + "\n" + "  " * depth + "}"
    if isinstance(value, list) and depth < 1:
        return "[\n" + ",\n".join("  " + json.dumps(v) for v in value) + "\n]"
    return json.dumps(value)


def load(name):
    path = DATA / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def number(value):
    if value is None:
        return "–"
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def spread(triple):
    return f"{number(triple[0])} ({number(triple[1])}–{number(triple[2])})"


def machine_table(jdk):
    compare = load(f"compare-jdk{jdk}")
    machine = compare["machine"]
    return table(("", ""), [
        ("processor", f'{machine["processor"]}, {machine["processors"]} cores, '
                      f'{"with" if machine["shaInstructions"] else "without"} SHA instructions'),
        ("system", machine["system"]),
        ("JDK", machine["jdk"]),
        ("JVM flags", "`" + " ".join(compare["jvmFlags"]) + "`"),
        ("rounds", f'{len(next(iter(compare["rows"].values()))["rounds"]["callsPerSecond"])} of '
                   f'{compare["roundMillis"]} ms, after a warm-up of each peer and shape'),
        ("finished", compare["finished"]),
    ])


def targets_table(jdk):
    rows = load(f"compare-jdk{jdk}")["rows"]
    lines = []
    for shape, metric, ours, other, relation, bound in TARGETS:
        mine, theirs = rows.get(f"{shape} {ours}"), rows.get(f"{shape} {other}")
        if not mine or not theirs:
            continue
        ratio = mine[metric][0] / theirs[metric][0]
        each = [a / b for a, b in zip(mine["rounds"][metric], theirs["rounds"][metric])]
        blocking = rows.get(f"{shape} {ours}-blocking")
        without = f"{blocking[metric][0] / theirs[metric][0]:.2f}" if blocking and not other.startswith(ours) else "–"
        met = ratio >= bound if relation == ">=" else ratio <= bound
        lines.append((shape, METRIC_WORDS[metric], f"{ours} / {other}",
                      f'{"≥" if relation == ">=" else "≤"} {bound}', f"{ratio:.2f}",
                      f"{min(each):.2f}–{max(each):.2f}", without, "met" if met else "**not met**"))
    lines += bound_line(rows, load(f"jmh-jdk{jdk}") or [])
    return table(("shape", "figure", "ratio of", "target", "median", "rounds", "without polling", ""), lines)


BOUND_SHAPE, BOUND_BYTES, BOUND = "64KiB-x64", "65536", 1.1


def bound_line(rows, stages):
    """Processor time of our signed echo over that of the same stack unsigned and of two tags made and two verified, alone."""
    tags = {row["benchmark"]: row["score"] for row in stages if row["params"].get("size") == BOUND_BYTES}
    alone = [tags.get(name) for name in ("SignBenchmark.sign", "VerifyBenchmark.verify")]
    echoes = [rows.get(f"{BOUND_SHAPE} {peer}") for peer in ("sallyport", "sallyport-unsigned")]
    if not all(alone) or not all(echoes):
        return []
    signed, unsigned = (echo["clientCpuMicros"][0] + echo["serverCpuMicros"][0] for echo in echoes)
    ratio = signed / (unsigned + 2 * sum(alone) / 1000)
    return [(BOUND_SHAPE, "processor time", "sallyport / unsigned and its tags alone", f"≤ {BOUND}", f"{ratio:.2f}", "–", "–",
             "met" if ratio <= BOUND else "**not met**")]


def shape_tables(jdk):
    rows = load(f"compare-jdk{jdk}")["rows"]
    shapes = list(dict.fromkeys(key.split(" ")[0] for key in rows))
    parts = []
    for shape in shapes:
        lines = [(key.split(" ")[1], spread(r["callsPerSecond"]), spread(r["p50Micros"]), spread(r["p99Micros"]),
                  f'{number(r["clientCpuMicros"][0])} + {number(r["serverCpuMicros"][0])}')
                 for key, r in rows.items() if key.startswith(shape + " ")]
        head = (shape, "echoes/s", "p50 µs", "p99 µs", "processor µs, client + server")
        parts.append(table(head, lines))
    return "\n\n".join(parts)


def stage_table(jdk):
    rows = load(f"jmh-jdk{jdk}")
    lines = [(row["benchmark"], " ".join(f"{k}={v}" for k, v in row["params"].items()) or "–",
              number(row["score"]) + (f' ± {number(row["error"])}' if row["error"] else ""), row["unit"],
              number(row["allocated"] and round(row["allocated"]))) for row in rows]
    return table(("benchmark", "parameters", "score", "unit", "B/op"), lines)


def scale_table(jdk):
    lines = [(row["what"], number(row["at"]), number(row["value"]), row["unit"]) for row in load(f"scale-jdk{jdk}")]
    return table(("figure", "at", "value", "unit"), lines)


START_BOUND = 0.4
START_WORDS = {"plain": "the JVM's default flags", "flags": "our default flags", "archive": "our default flags and a class archive"}


def start_table(jdk):
    """Spawn to each phase by variant; the ratio to the baseline from medians, and the lowest and highest of any round."""
    data = load(f"start-jdk{jdk}")
    millis, machine = data["millis"], data["machine"]
    plain = millis["plain"]["ready"]
    lines = []
    for variant, phases in millis.items():
        each = [ours / theirs for ours, theirs in zip(phases["ready"], plain)]
        ratio = statistics.median(phases["ready"]) / statistics.median(plain)
        met = "" if variant != "archive" else ", met" if ratio <= START_BOUND else ", **not met**"
        target = f" (≤ {START_BOUND}{met})" if variant == "archive" else ""
        lines.append((START_WORDS[variant],
                      *(spread([statistics.median(v), min(v), max(v)]) for v in phases.values()),
                      f"{ratio:.2f}{target}", "–" if variant == "plain" else f"{min(each):.2f}–{max(each):.2f}"))
    head = ("ms from spawn", "authenticated", "container", "ready", "ratio", "rounds")
    return (f'{machine["jdk"]}, {machine["processors"]} processors, {len(plain)} rounds, finished {data["finished"]}.\n\n'
            + table(head, lines))


def image(name, words):
    return lambda jdk: f"![{words}](images/{name}.svg)"


SECTIONS = {"latency": ("compare", image("latency", "Latency by payload")),
            "throughput": ("compare", image("throughput", "Throughput by payload")),
            "cost": ("compare", image("cost", "Cost split of a call")),
            "start": ("start", start_table),
            "starts": ("start", image("start", "Start of a worker by phase")), "growth": ("scale", image("scale", "Growth by sessions and workers")),
            "machine": ("compare", machine_table), "targets": ("compare", targets_table),
            "shapes": ("compare", shape_tables), "stages": ("jmh", stage_table), "scale": ("scale", scale_table)}
MARK = re.compile(r"(<!-- begin (\w+) (\d+) -->\n)(.*?)(<!-- end -->)", re.S)


def page():
    """The page with each marked section written again from the data."""
    def section(match):
        source, write = SECTIONS[match[2]]
        known = load(f"{source}-jdk{match[3]}") is not None
        return match[1] + (write(match[3]) + "\n" if known else match[4]) + match[5]
    return MARK.sub(section, PAGE.read_text())


def outputs():
    files = {PAGE: page()}
    compare = load(f"compare-jdk{MAIN_JDK}")
    if compare:
        files[DOCS / "images" / "latency.svg"] = plots.latency(compare)
        files[DOCS / "images" / "throughput.svg"] = plots.throughput(compare)
        files[DOCS / "images" / "cost.svg"] = plots.cost(compare)
    starts = {jdk: load(f"start-jdk{jdk}") for jdk in JDKS}
    files[DOCS / "images" / "start.svg"] = plots.start({jdk: results for jdk, results in starts.items() if results})
    files[DOCS / "images" / "scale.svg"] = plots.scale(load(f"scale-jdk{MAIN_JDK}") or [])
    return {path: text for path, text in files.items() if text is not None}


def main(arguments):
    if arguments == ["--check"]:
        stale = [str(path) for path, text in outputs().items() if not path.exists() or path.read_text() != text]
        return f"not what docs/data gives, run benchmarks/report.py: {', '.join(stale)}" if stale else None
    if arguments:
        store(arguments[0])
    for path, text in outputs().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
