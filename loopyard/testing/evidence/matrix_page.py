"""The coverage matrix as a table for people and as rows for a spreadsheet. What was seen stands in `matrix`."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape
from typing import Final

from loopyard.protocols.fspiop.error_codes import standard_text
from loopyard.testing.evidence.matrix import Matrix, Sighting
from loopyard.testing.evidence.page import page

COLUMNS: Final = ("code", "text", "resource", "party", "ids", "scenarios", "first scenario")
_STYLE = """
table{border-collapse:collapse}td,th{border:1px solid #e2e8f0;padding:4px 8px;text-align:left;vertical-align:top;font-size:13px}
thead th{position:sticky;top:0;background:#f8fafc}tr.never th,tr.never td{color:#94a3b8;font-weight:400}
td div{white-space:nowrap}
"""


def matrix_csv(matrix: Matrix) -> str:
    """A row for each code, resource and party; a code that nobody saw has one row without them."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for code in matrix.codes:
        places = [(resource, *seen) for resource in matrix.resources for seen in matrix.at(code, resource).items()]
        for resource, party, seen in places:
            first = f"{seen[0].id} {seen[0].scenario}"
            rows.writerow((code, standard_text(code), resource, party, " ".join(_ids(seen)), len(seen), first))
        if not places:
            rows.writerow((code, standard_text(code), "", "", "", 0, ""))
    return out.getvalue()


def matrix_html(matrix: Matrix) -> str:
    """Codes down, resources across; in a cell the parties with the acceptance ids, the scenarios in the tip of a line."""
    head = "".join(f"<th>{escape(each)}</th>" for each in ("code", "", *matrix.resources))
    body = "".join(_row(matrix, code) for code in matrix.codes)
    met = len(matrix.codes) - len(matrix.never)
    never = ", ".join(f"{code} {standard_text(code)}" for code in matrix.never)
    return page(
        "Error codes by resource",
        f'<p class="soft">{met} codes were seen, {len(matrix.never)} of the scheme never.</p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f"<h2>Never seen ({len(matrix.never)})</h2><p>{escape(never) or 'none'}</p>",
        _STYLE,
    )


def _row(matrix: Matrix, code: str) -> str:
    cells = "".join(f"<td>{_cell(matrix, code, resource)}</td>" for resource in matrix.resources)
    style = " class=never" if code in matrix.never else ""
    return f"<tr{style}><th>{escape(code)}</th><td>{escape(standard_text(code))}</td>{cells}</tr>"


def _cell(matrix: Matrix, code: str, resource: str) -> str:
    return "".join(_line(party, seen) for party, seen in matrix.at(code, resource).items())


def _line(party: str, seen: Sequence[Sighting]) -> str:
    tip = "\n".join(f"{each.id} {each.scenario}" for each in seen)
    return f'<div title="{escape(tip)}"><b>{escape(party)}</b> {escape(" ".join(_ids(seen)))}</div>'


def _ids(seen: Sequence[Sighting]) -> list[str]:
    return sorted({each.id for each in seen})
