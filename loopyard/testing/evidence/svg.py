"""The few SVG shapes a sequence diagram is made of, their colours and type. What is drawn where, `sequence` knows."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

INK = "#1e293b"
SOFT = "#64748b"
LINE = "#cbd5e1"
PAPER = "#ffffff"
GOOD = "#15803d"
BAD = "#c81e1e"
FAULT = "#b45309"
CALM = "#475569"
TINTS = {GOOD: "#ecfdf3", BAD: "#fef2f2", FAULT: "#fffbeb", CALM: "#f1f5f9"}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', Helvetica, Arial, sans-serif"
_STYLE = f".halo{{stroke:{PAPER};stroke-width:4;stroke-linejoin:round;paint-order:stroke}}"
CHARACTER = 0.6  # mean advance of a character over the font size, on the wide side


def width_of(text: str, size: float) -> float:
    """About how wide a text is, in pixels."""
    return len(text) * size * CHARACTER


def text(
    x: float,
    y: float,
    words: str,
    size: float = 12,
    colour: str = INK,
    anchor: str = "start",
    weight: int = 400,
    halo: bool = True,
) -> str:
    """A line of text, with a halo of paper where lifelines behind it would disturb reading."""
    around = ' class="halo"' if halo else ""
    placed = f' text-anchor="{anchor}"' if anchor != "start" else ""
    weighted = f' font-weight="{weight}"' if weight != 400 else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}"{placed}{weighted}{around}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str = INK, width: float = 1.5, dash: str = "") -> str:
    """A straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def head(x: float, y: float, towards: int, colour: str) -> str:
    """An arrow head whose tip is at x, pointing right (1) or left (-1)."""
    back = x - 9 * towards
    return f'<path d="M{x:.1f} {y:.1f} L{back:.1f} {y - 4.5:.1f} L{back:.1f} {y + 4.5:.1f} Z" fill="{colour}"/>'


def cross(x: float, y: float, colour: str) -> str:
    """Where a message ended without arriving."""
    return (
        f'<path d="M{x - 5:.1f} {y - 5:.1f} l10 10 m0 -10 l-10 10" '
        f'stroke="{colour}" stroke-width="2.2" stroke-linecap="round" fill="none"/>'
    )


def box(x: float, y: float, width: float, height: float, fill: str, stroke: str, radius: float = 6, dash: str = "") -> str:
    """A rounded rectangle."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}" '
        f'fill="{fill}" stroke="{stroke}"{dashed}/>'
    )


def pill(x: float, y: float, words: str, colour: str) -> str:
    """A small tinted label whose top left corner is at (x, y); its width is `pill_width`."""
    wide = pill_width(words)
    return (
        box(x, y, wide, 16, TINTS.get(colour, PAPER), colour, radius=8)
        + f'<text x="{x + wide / 2:.1f}" y="{y + 11.8:.1f}" font-size="10.5" font-weight="600" fill="{colour}" '
        f'text-anchor="middle">{escape(words)}</text>'
    )


def pill_width(words: str) -> float:
    """The width of a pill, in pixels."""
    return width_of(words, 10.5) + 14


def group(shapes: list[str], tooltip: str) -> str:
    """Shapes that belong together, with what a pointer over them shows."""
    return f"<g><title>{escape(tooltip)}</title>{''.join(shapes)}</g>"


def drawing(width: float, height: float, shapes: list[str], label: str) -> str:
    """A whole, self-contained drawing on paper: no script, no font and no address from outside."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-label={quoteattr(label)} font-family="{FONT}">'
        f"<style>{_STYLE}</style>"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>' + "\n".join(shapes) + "</svg>\n"
    )
