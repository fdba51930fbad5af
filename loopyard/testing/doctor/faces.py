"""The faces of the system under test: does anybody listen there, does it speak HTTP, and is it the place that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from loopyard.testing.config import FILE
from loopyard.testing.doctor.finding import Check, Finding, ok, problem, warning
from loopyard.testing.doctor.patient import Patient

KNOCK: Final = 5.0
"""Seconds that an answer to GET /health may take."""


def places_are_free(patient: Patient) -> Iterator[Finding]:
    """In a running world, whose places are free was decided when it was started."""
    setup, foreign = patient.setup, patient.stage.foreign
    if setup.file is not None or setup.sut.runs != "url":
        return
    for name in setup.sut.places:
        if name not in foreign:
            yield problem(
                f"{FILE} puts your system in the place of {name}, and the world at {setup.world} fills that place itself",
                f"start it with `loopyard up --without {name}`, or correct [sut] places", "usage",
            )  # fmt: skip
    for face, url in setup.sut.faces.items():
        if face in patient.faces and patient.faces[face] != url:
            yield problem(
                f"{FILE} says that {face} is at {url}, and the world at {setup.world} calls it at {patient.faces[face]}",
                f"start the world with `--place {face}={url}`, or correct [sut.faces]", "usage",
            )  # fmt: skip


def faces_answer(patient: Patient) -> Iterator[Finding]:
    """Each face of the system under test answers GET /health, with anything, in time."""
    if not patient.stage.foreign:
        yield ok("the reference connectors run in this world")
    for face, url in patient.faces.items():
        call = {"face": face, "method": "GET", "path": "/health", "timeout": KNOCK}
        yield _judged(face, url, patient.world.control("channel.call", **call))


def _judged(face: str, url: str, answer: dict[str, Any]) -> Finding:
    kind, where = answer.get("no_answer"), f'start it, or correct "{face}" in [sut.faces] of {FILE}'
    if kind == "refused":
        return problem(f"{face}: nothing listens at {url}", f"{where}; in a running world, its --place {face}=URL", "lab")
    if kind == "timeout":
        return problem(
            f"{face}: {url} takes the connection and does not answer GET /health within {KNOCK:g} s",
            "see whether it is busy, waits for something itself, or is no HTTP server at all", "lab",
        )  # fmt: skip
    if kind:
        return problem(
            f"{face}: what listens at {url} does not speak HTTP ({kind}: {_short(answer['detail'])})",
            f"this port is somebody else's, or wants TLS: {where}",
        )
    if answer["status"] >= 500:
        return warning(f"{face}: {url} answers GET /health with {answer['status']}", "wait until it says that it is up")
    return ok(f"{face}: {url} answers GET /health with {answer['status']}")


def _short(text: str) -> str:
    return " ".join(text.split())[:160]


CHECKS: Final[tuple[Check[Patient], ...]] = (
    Check("configuration", places_are_free),
    Check("faces of your system", faces_answer),
)
