"""Marks in SVG: bars and sparklines. Widths are attributes, because style attributes are refused."""

from collections.abc import Iterable

from markupsafe import Markup

SPARK_WIDTH, SPARK_HEIGHT, SPARK_PAD = 67.0, 28.0, 2.0


def bar(done: float, family: str = "v", pace: float | None = None) -> Markup:
    """Done of plan in percent; the tick is where usual days stand at this hour."""
    width = f"{max(0.0, min(100.0, float(done))):.1f}%"
    tick = ""
    if pace is not None:
        tick = Markup('<rect class="pace" x="%s%%" y="-2" width="2" height="10" rx="1"/>') % f"{float(pace):.0f}"
    return Markup(
        '<svg class="bar" aria-hidden="true"><rect width="100%%" height="100%%" rx="3"/>'
        '<rect class="%s" width="%s" height="100%%" rx="3"/>%s</svg>'
    ) % (family, width, tick)


def ageing(total: int, near: int = 0, late: int = 0) -> Markup:
    """Of all that wait: how many are near their limit and how many past it."""
    whole = max(total, near + late, 1)
    near_part, late_part = 100 * near / whole, 100 * late / whole
    parts = (("wait", 100 - near_part - late_part, near_part), ("late", 100 - late_part, late_part))
    rects = "".join(
        f'<rect class="{family}" x="{x:.0f}%" width="{width:.0f}%" height="100%"/>'
        for family, x, width in parts
        if width
    )
    bar = '<svg class="bar" aria-hidden="true"><rect width="100%" height="100%"/>'
    return Markup(f"{bar}{rects}</svg>")  # noqa: S704 # numbers only


def sparkline(values: Iterable[float]) -> Markup:
    """Fourteen days without axes, the last one marked."""
    series = [float(value) for value in values]
    if len(series) < 2:
        return Markup()
    low, high = min(series), max(series)
    scale = (SPARK_HEIGHT - 8 - SPARK_PAD) / ((high - low) or 1)
    step = SPARK_WIDTH / (len(series) - 1)
    points = [(index * step, SPARK_PAD + (high - value) * scale) for index, value in enumerate(series)]
    line = " L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return Markup(  # noqa: S704 # numbers only
        '<svg class="spark" width="72" height="28" aria-hidden="true">'
        f'<path class="area" d="M{line} L{x:.1f},28 L0,28Z"/>'
        f'<path d="M{line}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2.6"/></svg>'
    )
