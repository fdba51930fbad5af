"""Where the connector keeps what it must not forget: SQLite in a file, or Redis as the real software does."""

from pathlib import Path

from connectors.mojaloop_connector.store.redis import RedisStore
from connectors.mojaloop_connector.store.rows import Row, Store
from connectors.mojaloop_connector.store.sqlite import SqliteStore


def opened(place: Path, cache_url: str) -> Store:
    """The store of one connector: Redis when an address is given, else the file `place`."""
    return RedisStore(cache_url, place) if cache_url else SqliteStore(place)


__all__ = ["RedisStore", "Row", "SqliteStore", "Store", "opened"]
