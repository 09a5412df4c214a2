"""A bar chart as SVG: groups of bars on a logarithmic scale."""

import html
import math

COLOURS = ("#1f6f8b", "#7fb7be", "#c8553d", "#e9a178", "#6b7a3a", "#b5bf7b", "#8b5fa8", "#999999", "#333333")
LABELS, WIDTH, RIGHT = 210, 560, 110  # of the text to the left, of the scale, of the figures
BAR, GAP, TOP = 13, 16, 58


def bar_chart(title, unit, groups):
    """`groups`: {name: {series: value}}; a series has the same colour in each."""
    series = list(dict.fromkeys(name for bars in groups.values() for name in bars))
    colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(series)}
    values = [value for bars in groups.values() for value in bars.values() if value > 0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    x = lambda value: LABELS + (math.log10(value) - low) / (high - low) * WIDTH  # noqa: E731
    height = TOP + sum(len(bars) * BAR + GAP for bars in groups.values()) + 26
    parts = [text(LABELS, 20, title, 15, weight="bold"), text(LABELS, 38, f"{unit}, logarithmic scale", 11)]
    for power in range(low, high + 1):
        at = x(10**power)
        parts.append(f'<line x1="{at:.1f}" y1="{TOP - 8}" x2="{at:.1f}" y2="{height - 24}" stroke="#ddd"/>')
        parts.append(text(at, height - 8, f"{10**power:,}" if power >= 0 else f"{10**power:g}", 11, "middle"))
    y = TOP
    for name, bars in groups.items():
        parts.append(text(8, y + 11, name, 12, weight="bold"))
        for label, value in bars.items():
            if value > 0:
                parts.append(f'<rect x="{LABELS}" y="{y + 1}" width="{max(x(value) - LABELS, 1):.1f}" '
                             f'height="{BAR - 2}" fill="{colours[label]}"/>')
                parts.append(text(x(value) + 5, y + 10, f"{value:,.0f}  {label}", 10))
            y += BAR
        y += GAP
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{LABELS + WIDTH + RIGHT + 40}" height="{height}" '
            f'font-family="sans-serif">\n<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(parts) +
            "\n</svg>\n")


def text(x, y, content, size, anchor="start", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y}" font-size="{size}" text-anchor="{anchor}" font-weight="{weight}">'
            f"{html.escape(content)}</text>")
