"""The frame of every HTML attachment: one self-contained page that loads nothing from anywhere. No content here."""

from __future__ import annotations

from html import escape

_STYLE = """
:root{color-scheme:light}
body{margin:16px;background:#fff;color:#1e293b}
body{font:14px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',Arial,sans-serif}
h1{font-size:18px;margin:0 0 4px}h2{font-size:15px;margin:22px 0 8px}p{margin:4px 0}.soft{color:#64748b}
.bad{color:#c81e1e}.good{color:#15803d}.fault{color:#b45309}
.tag{display:inline-block;border:1px solid;border-radius:9px;padding:0 8px;font-size:11.5px;font-weight:600;margin-right:6px}
.tag.bad{background:#fef2f2}.tag.good{background:#ecfdf3}.tag.fault{background:#fffbeb}.tag.calm{background:#f1f5f9;color:#475569}
code,pre{font:12.5px/1.45 ui-monospace,SFMono-Regular,Menlo,'DejaVu Sans Mono',monospace}
pre{background:#f8fafc;border:1px solid #e2e8f0;border-radius:6px;padding:8px 10px;margin:6px 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
"""


def page(title: str, body: str, style: str = "") -> str:
    """A complete HTML document around `body`, which must be escaped already."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}{style}</style></head><body><h1>{escape(title)}</h1>{body}</body></html>\n"
    )


def tag(words: str, tone: str = "calm") -> str:
    """A small label; `tone` is "good", "bad", "fault" or "calm"."""
    return f'<span class="tag {tone}">{escape(words)}</span>'
