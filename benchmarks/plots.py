"""The plots of docs/performance.md as SVG. Pure functions from the summaries in docs/data to text."""
import math
import statistics
from html import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 60, 50

# order of the legend; colours that stay apart for colour-blind readers
PEERS = {
    "sallyport": "#d55e00",
    "sallyport-unsigned": "#e69f00",
    "sallyport-blocking": "#f0b27a",
    "sallyport-pool": "#a0522d",
    "netty": "#0072b2",
    "netty-tls": "#56b4e9",
    "blocking": "#777777",
    "rsocket": "#009e73",
    "grpc-bidi": "#cc79a7",
    "grpc-unary": "#8b008b",
    "grpc-unary-tls": "#4b0082",
}
PAYLOADS = (("64 B", "64B"), ("1 KiB", "1KiB"), ("64 KiB", "64KiB"))


class Canvas:
    """Collects elements in the order in which they are drawn."""

    def __init__(self, title):
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'font-family="sans-serif" font-size="12" role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        ]
        self.text(LEFT, 24, title, size=15)

    def text(self, x, y, words, anchor="start", size=12, fill="#222"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
                          f'fill="{fill}">{escape(words)}</text>')

    def line(self, x1, y1, x2, y2, stroke="#ccc", width=1.0):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
                          f'stroke="{stroke}" stroke-width="{width}"/>')

    def path(self, points, stroke):
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{joined}" fill="none" stroke="{stroke}" stroke-width="2"/>')

    def dot(self, x, y, fill):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{fill}"/>')

    def bar(self, x, y, width, height, fill):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>')

    def legend(self, entries):
        for i, (name, colour) in enumerate(entries):
            y = TOP + 12 + i * 20
            self.bar(WIDTH - RIGHT + 20, y - 9, 12, 12, colour)
            self.text(WIDTH - RIGHT + 38, y + 1, name)

    def svg(self):
        return "\n".join(self.parts + ["</svg>"]) + "\n"


def by_payload(compare, title, unit, outstanding, metric):
    """One line a peer over the payloads, both axes logarithmic, whiskers from the lowest to the highest round."""
    rows = compare["rows"]
    series = {}
    for peer in PEERS:
        keys = [f"{short}-{outstanding} {peer}" for _, short in PAYLOADS]
        if all(key in rows for key in keys):
            series[peer] = [rows[key][metric] for key in keys]
    if not series:
        return None
    canvas = Canvas(title)
    low = math.floor(math.log10(min(point[1] for points in series.values() for point in points)))
    high = math.ceil(math.log10(max(point[2] for points in series.values() for point in points)))
    span = (HEIGHT - TOP - BOTTOM) / (high - low)
    step = (WIDTH - LEFT - RIGHT) / len(PAYLOADS)

    def y(value):
        return HEIGHT - BOTTOM - (math.log10(value) - low) * span

    for power in range(low, high + 1):
        canvas.line(LEFT, y(10 ** power), WIDTH - RIGHT, y(10 ** power))
        canvas.text(LEFT - 8, y(10 ** power) + 4, f"{10 ** power:,}", anchor="end")
    canvas.text(LEFT - 8, TOP - 14, unit, anchor="end")
    for i, (name, _) in enumerate(PAYLOADS):
        canvas.text(LEFT + (i + 0.5) * step, HEIGHT - BOTTOM + 20, name, anchor="middle")
    for peer, points in series.items():
        places = [(LEFT + (i + 0.5) * step, y(point[0])) for i, point in enumerate(points)]
        canvas.path(places, PEERS[peer])
        for (x, centre), point in zip(places, points):
            canvas.line(x, y(point[1]), x, y(point[2]), PEERS[peer], 1.5)
            canvas.dot(x, centre, PEERS[peer])
    canvas.legend([(peer, PEERS[peer]) for peer in series])
    return canvas.svg()


def latency(compare):
    return by_payload(compare, "Latency by payload: median of one echo at a time", "µs", "x1", "p50Micros")


def throughput(compare):
    return by_payload(compare, "Throughput by payload: 64 echoes outstanding", "echoes/s", "x64", "callsPerSecond")


def stacked(title, unit, bars, legend):
    """Bars of (name, words above it, [(value, colour)]), stacked from zero upwards."""
    canvas = Canvas(title)
    top = max(sum(value for value, _ in pieces) for _, _, pieces in bars)
    scale = (HEIGHT - TOP - BOTTOM) / top
    step = (WIDTH - LEFT - RIGHT) / len(bars)
    for i in range(5):
        level = HEIGHT - BOTTOM - i / 4 * top * scale
        canvas.line(LEFT, level, WIDTH - RIGHT, level)
        canvas.text(LEFT - 8, level + 4, f"{i / 4 * top:,.0f}", anchor="end")
    canvas.text(LEFT - 8, TOP - 14, unit, anchor="end")
    for i, (name, above, pieces) in enumerate(bars):
        x, level = LEFT + (i + 0.2) * step, HEIGHT - BOTTOM
        for value, colour in pieces:
            height = max(0.0, value * scale)
            level -= height
            canvas.bar(x, level, 0.6 * step, height, colour)
        canvas.text(x + 0.3 * step, level - 6, above, anchor="middle")
        canvas.text(x + 0.3 * step, HEIGHT - BOTTOM + 20, name, anchor="middle")
    canvas.legend(legend)
    return canvas.svg()


def cost(compare):
    """Processor time of one echo at both ends: bytes alone, what calls add to them, what signing adds to calls."""
    rows = compare["rows"]
    colours = ("#0072b2", "#e69f00", "#d55e00")
    bars = []
    for shape in ("64B-x64", "1KiB-x1", "1KiB-x64", "64KiB-x64"):
        keys = [f"{shape} {peer}" for peer in ("netty", "sallyport-unsigned", "sallyport")]
        if not all(key in rows for key in keys):
            continue
        total = [rows[key]["clientCpuMicros"][0] + rows[key]["serverCpuMicros"][0] for key in keys]
        steps = (total[0], max(0.0, total[1] - total[0]), max(0.0, total[2] - max(total[:2])))
        share = 100 / sum(steps)
        bars.append((shape, f"{sum(steps):.3g} µs", [(s * share, c) for s, c in zip(steps, colours)]))
    if not bars:
        return None
    words = ("bytes (raw Netty)", "+ calls (unsigned)", "+ sign and verify")
    return stacked("Cost split of a call: processor time at both ends", "%", bars, list(zip(words, colours))[::-1])


PHASES = (("authenticated", "#0072b2"), ("container_up", "#e69f00"), ("ready", "#009e73"))


def start(starts):
    """Medians of the phases of a start, stacked, for each variant on each JDK of {JDK: results}."""
    bars = []
    for jdk, results in starts.items():
        for variant, phases in results["millis"].items():
            reached = [statistics.median(phases[name]) for name, _ in PHASES]
            pieces = [(now - before, colour) for now, before, (_, colour) in zip(reached, [0, *reached], PHASES)]
            bars.append((f"{variant} ({jdk})", f"{reached[-1]:.0f}", pieces))
    legend = [(f"to {name}", colour) for name, colour in PHASES]
    return stacked("Start of a worker: from the spawn to each phase", "ms", bars, legend[::-1]) if bars else None


def scale(figures):
    """Small charts side by side: one figure each over what it is at, both axes from zero, so that linear growth is a straight line."""
    named = {}
    for row in figures:
        named.setdefault((row["what"], row["unit"]), []).append((row["at"], row["value"]))
    if not named:
        return None
    canvas = Canvas("Growth: each figure by the number of sessions or workers")
    columns = 2
    rows = math.ceil(len(named) / columns)
    width, height = (WIDTH - 40) / columns, (HEIGHT - TOP) / rows
    for i, ((what, unit), points) in enumerate(named.items()):
        left, bottom = 80 + i % columns * width, TOP + (i // columns + 1) * height - 34
        across, up = width - 100, height - 70
        right_end, top_end = max(at for at, _ in points), max(value for _, value in points) or 1
        canvas.text(left, bottom - up - 10, f"{what}, {unit}")
        canvas.line(left, bottom, left + across, bottom)
        canvas.line(left, bottom, left, bottom - up)
        canvas.text(left - 6, bottom - up + 4, f"{top_end:,.0f}", anchor="end", size=10)
        canvas.text(left - 6, bottom + 4, "0", anchor="end", size=10)
        places = [(left + at / right_end * across, bottom - value / top_end * up) for at, value in points]
        canvas.path(places, PEERS["sallyport"])
        for (x, y), (at, _) in zip(places, points):
            canvas.dot(x, y, PEERS["sallyport"])
            canvas.text(x, bottom + 16, f"{at:,}", anchor="middle", size=10)
    return canvas.svg()
