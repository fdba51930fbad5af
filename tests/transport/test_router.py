"""Which handler a path belongs to."""

from __future__ import annotations

import pytest

from loopyard.transport.router import NoRoute, Router

ROUTER = Router(
    [
        ("GET", "/", "root"),
        ("GET", "/parties/{type}/{id}", "party"),
        ("PUT", "/parties/{type}/{id}", "party-callback"),
        ("GET", "/parties/{type}/{id}/{sub}", "sub-party"),
        ("GET", "/transfers/{id}", "transfer"),
        ("GET", "/transfers/health", "health"),
        ("POST", "/{anything}/health", "probe"),
    ]
)


@pytest.mark.parametrize(
    "method, path, target, params",
    [
        ("GET", "/", "root", {}),
        ("GET", "", "root", {}),
        ("GET", "/parties/MSISDN/265", "party", {"type": "MSISDN", "id": "265"}),
        ("PUT", "/parties/MSISDN/265", "party-callback", {"type": "MSISDN", "id": "265"}),
        ("GET", "//parties//MSISDN/265/", "party", {"type": "MSISDN", "id": "265"}),
        ("GET", "/parties/A/b%2Fc%20d", "party", {"type": "A", "id": "b/c d"}),
        ("GET", "/transfers/health", "health", {}),
        ("GET", "/transfers/1", "transfer", {"id": "1"}),
        ("POST", "/transfers/health", "probe", {"anything": "transfers"}),
    ],
)
def test_a_path_finds_its_target_with_decoded_parameters(method: str, path: str, target: str, params: dict[str, str]) -> None:
    match = ROUTER.find(method, path)
    assert (match.target, match.params) == (target, params)


@pytest.mark.parametrize(
    "method, path, allowed",
    [
        ("GET", "/nowhere", ()),
        ("GET", "/parties/MSISDN", ()),
        ("DELETE", "/parties/MSISDN/265", ("GET", "PUT")),
        ("DELETE", "/transfers/health", ("GET", "GET", "POST")),
    ],
)
def test_what_has_no_route_says_which_methods_the_path_has(method: str, path: str, allowed: tuple[str, ...]) -> None:
    with pytest.raises(NoRoute) as caught:
        ROUTER.find(method, path)
    assert (caught.value.method, caught.value.path, sorted(caught.value.allowed)) == (method, path, sorted(allowed))


@pytest.mark.parametrize("path", ["/a/..", "/a/.", "/../a/x", "/a/%2e%2e", "/a/%2E", "/a/.%2e", "/./a/x", "/a/../a/x"])
def test_a_path_that_means_another_to_somebody_is_nobodys(path: str) -> None:
    router = Router([("GET", "/a/{id}", "one"), ("GET", "/a/{id}/x", "two"), ("GET", "/a/b/c/{id}", "three")])
    with pytest.raises(NoRoute):
        router.find("GET", path)


@pytest.mark.parametrize(
    "path, id_", [("/a/..x", "..x"), ("/a/...", "..."), ("/a/%2e%2e%2fb", "../b"), ("/a/1.5", "1.5"), ("/a/%252e", "%2e")]
)
def test_dots_that_are_part_of_a_name_are_taken_as_they_are(path: str, id_: str) -> None:
    assert Router([("GET", "/a/{id}", "one")]).find("GET", path).params == {"id": id_}
