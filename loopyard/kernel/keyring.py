"""Public keys of parties, each good for a time: what a connection manager hands out. A key is its text here; whoever verifies
knows what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A public key with the time in which signatures of its owner hold under it; without an end it is good for ever."""

    pem: str
    since: datetime
    until: datetime | None = None

    def is_good(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


class KeyRing(Mapping[str, tuple[str, ...]]):
    """Public keys by owner. As a mapping it gives what is good now, the latest first; owners without a good key are not in it.

    `now` is the world's clock. Whoever learns keys from elsewhere feeds `replace` with each list that it gets.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._keys: dict[str, list[PublishedKey]] = {}

    def publish(self, owner: str, pem: str, overlap: timedelta = timedelta(0)) -> None:
        """A new key of `owner` from now on. Its earlier keys are good for the overlap and not longer."""
        now, keys = self._now(), self._keys.setdefault(owner, [])
        keys[:] = [self._ending(each, now + overlap) for each in keys]
        keys.append(PublishedKey(pem, now))

    def replace(self, owner: str, pems: Iterable[str]) -> None:
        """These keys of `owner` are good from now on, and no others. What is good already stays as it is."""
        now, wanted, keys = self._now(), list(pems), self._keys.setdefault(owner, [])
        keys[:] = [each if each.pem in wanted else self._ending(each, now) for each in keys]
        keys += [PublishedKey(pem, now) for pem in wanted if not any(each.pem == pem and each.is_good(now) for each in keys)]

    def all_of(self, owner: str) -> tuple[PublishedKey, ...]:
        """Every key that the owner ever had, oldest first."""
        return tuple(self._keys.get(owner, ()))

    @property
    def owners(self) -> tuple[str, ...]:
        """Everyone who ever had a key."""
        return tuple(self._keys)

    @property
    def past(self) -> Mapping[str, tuple[str, ...]]:
        """The keys that are not good any more, by owner."""
        now = self._now()
        return {owner: tuple(each.pem for each in keys if not each.is_good(now)) for owner, keys in self._keys.items()}

    def __getitem__(self, owner: str) -> tuple[str, ...]:
        now = self._now()
        good = tuple(each.pem for each in reversed(self._keys[owner]) if each.is_good(now))
        if not good:
            raise KeyError(owner)
        return good

    def __iter__(self) -> Iterator[str]:
        return (owner for owner in self._keys if owner in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @staticmethod
    def _ending(key: PublishedKey, end: datetime) -> PublishedKey:
        return key if key.until is not None and key.until <= end else replace(key, until=end)
