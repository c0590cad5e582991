"""Line charts as SVG, legible on light and dark: each has a title, words at both axes, and marks that differ in shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

Points = Sequence[tuple[float, float]]
WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 36, 46, 62
A_LINE = 18
"""Height of a line of the legend."""
MANY = 30
"""An axis is logarithmic where its largest value is so many times its smallest, or more."""
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f } .title { font-size: 16px; font-weight: 600 }
.back { fill: #fff } .grid { stroke: #d0d7de }
.s0 { --c: #0550ae } .s1 { --c: #b35900 } .s2 { --c: #116329 } .s3 { --c: #8250df } .s4 { --c: #a40e26 }
.line { fill: none; stroke: var(--c); stroke-width: 2 } .mark { fill: var(--c) }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .back { fill: #0d1117 } .grid { stroke: #3d444d } .s0 { --c: #79c0ff } .s1 { --c: #ffa657 }
.s2 { --c: #7ee787 } .s3 { --c: #d2a8ff } .s4 { --c: #ff9492 } }
""".replace("\n", "")
COLOURS = 5
DASHES = ("", "7 4", "2 4")
MARKS = ("M-4-4h8v8h-8z", "M0-5 5 4h-10z", "M0-5 5 0 0 5-5 0z")


@dataclass(frozen=True)
class Axis:
    """From values to places in the picture; `start` and `end` are those of the smallest and the largest tick."""

    ticks: tuple[float, ...]
    start: float
    end: float
    logarithmic: bool

    def place(self, value: float) -> float:
        low, high, at = self.ticks[0], self.ticks[-1], max(value, self.ticks[0])
        share = log10(at / low) / log10(high / low) if self.logarithmic else (at - low) / (high - low)
        return self.start + share * (self.end - self.start)


def axis(values: Sequence[float], start: float, end: float) -> Axis:
    """Logarithmic where the values are far apart; then 0 stands where the axis begins."""
    above = [each for each in values if each > 0]
    if above and max(above) >= MANY * min(above):
        powers = range(floor(log10(min(above))), max(ceil(log10(max(above))), floor(log10(min(above))) + 1) + 1)
        return Axis(tuple(10.0**power for power in powers), start, end, True)
    high = max([*above, 1e-9])
    step = 10.0 ** floor(log10(high / 2))
    step *= next(by for by in (1, 2, 5, 10) if high <= 5 * by * step)
    return Axis(tuple(number * step for number in range(ceil(high / step - 1e-9) + 1)), start, end, False)


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.3g}"


def line_chart(title: str, across: str, up: str, series: Mapping[str, Points]) -> str:
    """`across` and `up` are the words at the axes."""
    height = HEIGHT + A_LINE * len(series)
    points = [point for line in series.values() for point in line]
    x_axis = axis([x for x, _ in points], LEFT, WIDTH - RIGHT)
    y_axis = axis([y for _, y in points], HEIGHT - BOTTOM, TOP)
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<rect class="back" width="{WIDTH}" height="{height}"/>{_text(LEFT, 24, title, "start", "title")}',
    ]
    for tick in y_axis.ticks:
        y = y_axis.place(tick)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>{_text(LEFT - 8, y + 4, shown(tick), "end")}')
    for tick in x_axis.ticks:
        x = x_axis.place(tick)
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        parts.append(_text(x, HEIGHT - BOTTOM + 18, shown(tick), "middle"))
    parts.append(_text(middle, HEIGHT - 20, across, "middle"))
    turned = f'<g transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2:.0f}) rotate(-90)">{_text(0, 0, up, "middle")}</g>'
    parts.append(turned)
    for number, (name, line) in enumerate(series.items()):
        placed = [(x_axis.place(x), y_axis.place(y)) for x, y in sorted(line)]
        parts.append(_line(number, placed))
        parts.append(_line(number, [(LEFT, HEIGHT + A_LINE * number - 4), (LEFT + 36, HEIGHT + A_LINE * number - 4)]))
        parts.append(_text(LEFT + 46, HEIGHT + A_LINE * number, name, "start"))
    return "\n".join([*parts, "</svg>", ""])


def _line(number: int, placed: Points) -> str:
    dash, mark = DASHES[number % len(DASHES)], MARKS[number % len(MARKS)]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    marks = "".join(f'<path class="mark" transform="translate({x:.1f} {y:.1f})" d="{mark}"/>' for x, y in placed)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<g class="s{number % COLOURS}"><polyline class="line"{dashed} points="{drawn}"/>{marks}</g>'


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(text)}</text>'
