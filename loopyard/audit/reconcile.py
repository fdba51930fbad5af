"""The audit itself: sort, judge, and say what is open. The equations stand in their own modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loopyard.audit import findings as kinds
from loopyard.audit.books import HUB, Books
from loopyard.audit.business import Business, Sorted, earlier, sort
from loopyard.audit.equations import judge
from loopyard.audit.equations.ledgers import balances_follow_postings, sums_to_zero
from loopyard.audit.equations.messages import callbacks_accepted, contract_kept
from loopyard.audit.equations.refunds import given_back
from loopyard.audit.equations.usual import in_order
from loopyard.audit.equations.view import View
from loopyard.audit.findings import Finding, OpenItem, Verdict
from loopyard.audit.links import Links
from loopyard.audit.open_items import open_items
from loopyard.audit.sums import Entry
from loopyard.kernel.ledger import Hold


def audit(books: Books) -> Verdict:
    """Reconcile all books as they stand, at a moment when nothing is under way.

    Raises StaleOpening when a ledger is younger than the opening, AmbiguousOwner when two ledgers have one owner.
    """
    found = sort(books)
    holders = {owner: {account.holder for account in ledger.accounts} for owner, ledger in found.ledgers.items()}
    view = View(holders, books.proxies)
    findings: list[Finding] = []
    listed: list[OpenItem] = []
    for business, wrong in _judged(books, found, view):
        findings += wrong
        listed += open_items(business, view)
        business.forget_sums()
    for ledger in found.ledgers.values():
        findings += sums_to_zero(ledger)
        findings += balances_follow_postings(ledger, books.opening.book(ledger.owner))
    findings += given_back(found)
    findings += _unlinked(found.unlinked, found.links)
    findings += _stray(found.stray_holds)
    findings += contract_kept(books)
    findings += callbacks_accepted(books)
    return Verdict(tuple(_in_time(findings)), tuple(listed), _not_observed(books, found, view))


def _judged(books: Books, found: Sorted, view: View) -> Iterator[tuple[Business, list[Finding]]]:
    """Every business that is not plainly in order, with what is wrong with it.

    One that began before the opening, and since then looks wrong or is unfinished, is judged over its whole life.
    """
    before: dict[str, list[Entry]] | None = None
    for root, business in found.business.items():
        if in_order(business):
            continue
        wrong = judge(business, view)
        if wrong or business.unfinished or not business.entries:
            before = earlier(books, found) if before is None else before
            began = before.get(root, [])
            if began and not (business.entries or business.holds or business.unfinished):
                continue  # it was over at the opening, and has moved nothing since
            if began:
                business = business.with_earlier(began)
                wrong = judge(business, view)
        yield business, wrong


def _unlinked(entries: Iterable[Entry], links: Links) -> Iterator[Finding]:
    """Every posting belongs to a business: by its reference, or by the interaction that caused it."""
    for owner, posting in entries:
        text = f"{posting.reference}: posting {posting.id} of {owner} ({posting.memo or 'no memo'}) "
        if posting.cause is not None and posting.cause.isdigit() and int(posting.cause) < links.oldest:
            text += f"was caused by interaction {posting.cause}, which has left the log; keep more traffic"
            yield Finding(kinds.UNLINKED_POSTING, "note", text, posting.reference, owner, at=posting.at)
        else:
            text += "belongs to no transfer that the hub or any message knows"
            holders = {leg.account.holder for leg in posting.legs if leg.account.role == "customer"}
            holder = holders.pop() if len(holders) == 1 else ""
            yield Finding(kinds.UNLINKED_POSTING, "break", text, posting.reference, owner, holder, posting.at)


def _stray(holds: Iterable[tuple[str, Hold]]) -> Iterator[Finding]:
    for owner, hold in holds:
        text = f"{hold.reference}: {owner} holds {hold.amount} {hold.account.currency} on {hold.account.name} for nothing known"
        yield Finding(kinds.ORPHAN_HOLD, "break", text, hold.reference, owner, hold.account.holder, hold.at)


def _in_time(findings: list[Finding]) -> list[Finding]:
    """The first in time first: where books part, what came first explains what followed. Totals, without a time, last."""
    timed = [finding for finding in findings if finding.at is not None]
    return sorted(timed, key=_moment) + [finding for finding in findings if finding.at is None]


def _moment(finding: Finding) -> tuple[float, str]:
    assert finding.at is not None
    return finding.at.timestamp(), finding.reference


def _not_observed(books: Books, found: Sorted, view: View) -> tuple[str, ...]:
    named = {
        party for business in found.business.values() for record in business.records for party in (record.payer, record.payee)
    } - books.proxies
    hidden = {party for party in named | {HUB} if not view.observes(party)} if found.business else set()
    return tuple(sorted(hidden | {party for party in books.unobserved if not view.observes(party)}))
