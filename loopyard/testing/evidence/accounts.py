"""T-accounts of a scenario as an HTML page: before, movements, after. Accounts that did not move are counted, not drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from loopyard.testing.evidence import wording
from loopyard.testing.evidence.model import AccountLine, AccountView
from loopyard.testing.evidence.page import page
from loopyard.testing.evidence.redaction import Redactor

_STYLE = """
.books{display:flex;flex-wrap:wrap;gap:18px;align-items:flex-start}
.account{border:1px solid #e2e8f0;border-radius:8px;padding:10px 14px 12px;width:440px;box-sizing:border-box}
.account h3{font-size:14px;margin:0;overflow-wrap:anywhere}.account p{font-size:12.5px}
.account table{border-collapse:collapse;width:100%;margin:8px 0;font-variant-numeric:tabular-nums;table-layout:fixed}
.account th{font-size:12px;font-weight:600;color:#475569;padding:2px 6px;width:50%;text-align:left}
.account th{border-bottom:2px solid #1e293b}
.account th+th,.account td+td{border-left:2px solid #1e293b}
.account th+th{text-align:right}
.account td{padding:5px 6px;vertical-align:top;font-size:13px;overflow-wrap:anywhere}
.account td b{float:right;margin-left:8px}.account td+td b{float:none;margin:0 8px 0 0}
.account td small{display:block;color:#64748b;font-size:11.5px}
.account .balance{display:flex;justify-content:space-between;font-size:13px}
"""


def t_accounts(accounts: Iterable[AccountView], title: str = "T-accounts", redactor: Redactor | None = None) -> str:
    """A self-contained HTML page, one T-account for each account that moved, grouped by owner.

    Give the `redactor` of the scenario's exchanges, so that what they disclosed is masked in names and memos too.
    """
    hide = redactor or Redactor.of(())
    views = [hide.account(view) for view in accounts]
    moved = [view for view in views if view.moved]
    owners = dict.fromkeys(view.owner for view in moved)
    books = "".join(_book(owner, [view for view in moved if view.owner == owner]) for owner in owners)
    still = len(views) - len(moved)
    words = f"{len(moved)} of {len(views)} accounts moved" + (f"; {still} did not and are not shown." if still else ".")
    return page(title, f'<p class="soft">{words} Balances stand in the account\'s normal side.</p>{books}', _STYLE)


def _book(owner: str, views: Sequence[AccountView]) -> str:
    return f'<h2>{escape(owner)}</h2><div class="books">{"".join(map(_account, views))}</div>'


def _account(view: AccountView) -> str:
    about = " · ".join(dict.fromkeys(words for words in (view.role, view.holder) if words and words != view.name))
    rows = "".join(map(_row, view.lines)) or '<tr><td colspan="2" class="soft">no posting</td></tr>'
    held = f'<p class="balance fault"><span>still held</span><b>{escape(view.held)}</b></p>' * (view.held not in ("", "0"))
    return (
        f'<div class="account"><h3>{escape(view.name)} <span class="soft">{escape(view.currency)}</span></h3>'
        f'<p class="soft">{escape(about)}</p>{_balance("before", view.opening)}'
        f"<table><tr><th>Debit</th><th>Credit</th></tr>{rows}</table>{_balance('after', view.closing)}{held}</div>"
    )


def _balance(when: str, amount: str) -> str:
    return f'<p class="balance"><span>{when}</span><b>{escape(amount)}</b></p>'


def _row(line: AccountLine) -> str:
    cells = "".join(f"<td>{_movement(line, amount)}</td>" for amount in (line.debit, line.credit))
    return f"<tr>{cells}</tr>"


def _movement(line: AccountLine, amount: str) -> str:
    if not amount or amount == "0":
        return ""
    reference = escape(wording.shorten_ids(line.reference))
    return (
        f"<b>{escape(amount)}</b>{escape(line.memo)}"
        f'<small title="{escape(line.reference)}">{line.at:%H:%M:%S} {reference}</small>'
    )
