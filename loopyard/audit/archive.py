"""Which payments may be archived: those in which an audit finds nothing, and never will. Who forgets them stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from loopyard.audit.books import HUB, Opening, TransferRecord, by_owner
from loopyard.audit.business import Business
from loopyard.audit.equations import judge
from loopyard.audit.equations.usual import in_order
from loopyard.audit.equations.view import View
from loopyard.audit.links import Links
from loopyard.audit.open_items import open_items
from loopyard.kernel.ledger import Ledger


def settled(
    ledgers: Iterable[Ledger], opening: Opening, records: Sequence[TransferRecord], hubs: frozenset[str] = frozenset({HUB}),
    proxies: frozenset[str] = frozenset(),
) -> frozenset[str]:  # fmt: skip
    """The references of those final payments that every book agrees on, and that hold nothing and have begun since the opening.

    `records` are final, a conversion together with its transfer. They are judged by the equations of the audit, without the
    messages: what is wrong, or waits for somebody, stays in the books until an audit names it. Raises AmbiguousOwner.
    """
    books = by_owner(ledgers)
    view = View({owner: {account.holder for account in ledger.accounts} for owner, ledger in books.items()}, proxies)
    return frozenset(
        reference
        for business in _sorted(books, opening, records, hubs)
        if _over(business, view)
        for reference in (*(each.id for each in business.records), *(posting.reference for _, posting in business.entries))
    )


def _over(business: Business, view: View) -> bool:
    if business.unfinished or business.holds:
        return False
    return in_order(business) or not (judge(business, view) or any(open_items(business, view)))


def _sorted(
    books: Mapping[str, Ledger], opening: Opening, records: Sequence[TransferRecord], hubs: frozenset[str]
) -> list[Business]:
    """The payments of these records with what was posted and is held for them, but for those that have begun before."""
    links = Links()
    for record in records:
        links.join((record.id, record.determining) if record.determining else (record.id,))
    found: dict[str, Business] = {}
    for record in records:
        root = links.alone(record.id)
        found.setdefault(root, Business(root, hubs)).records.append(record)
    for owner, ledger in books.items():
        made = opening.book(owner).postings
        for posting in ledger.postings:
            root_ = links.root(posting.reference)
            if root_ is None:
                continue
            if posting.id <= made:
                found.pop(root_, None)
            elif root_ in found:
                found[root_].entries.append((owner, posting))
        for hold in ledger.holds:
            root_ = links.root(hold.reference)
            if root_ in found:
                found[root_].holds.append((owner, hold))
    return list(found.values())
