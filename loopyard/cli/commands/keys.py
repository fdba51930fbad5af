"""`loopyard keys`: the keys of a world that signs, as files, for a connector that runs elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loopyard.cli.output import say


def keys(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the files go; made if it is not there.")],
    world: Annotated[
        Path | None, typer.Option("--world", metavar="FILE", help="The world's file; else the default world.")
    ] = None,
) -> None:
    """Write the keys with which a world starts: throw-away test keys, the same in every run.

    <fspId>.pem is a participant's public key, one for the hub among them: the
    folder is what JWS_VERIFICATION_KEYS_DIRECTORY of the real connector takes.
    <fspId>.key is the private key of an institution under test, or of an
    external one: JWS_SIGNING_KEY_PATH.

    \b
    loopyard keys jws              of the default world
    loopyard keys jws --world w.toml
    """
    from dataclasses import replace

    from loopyard.world.defaults import default_world
    from loopyard.world.file import load
    from loopyard.world.signing import Signatures, hub_names

    file = load(world or default_world())
    participants = file.plan.participants
    signatures = Signatures(
        replace(file.jws, on=True), [each.id for each in participants], hub_names(file.simulators), lambda: file.plan.starts
    )
    folder.mkdir(parents=True, exist_ok=True)
    for owner, (pem,) in signatures.keys.items():
        (folder / f"{owner}.pem").write_text(pem, encoding="ascii")
    ours = [each.id for each in participants if each.play != "peer"]
    for owner in ours:
        part = signatures.of(owner)
        if part is not None and part.private_key:
            secret = folder / f"{owner}.key"
            secret.touch(mode=0o600)
            secret.write_text(part.private_key, encoding="ascii")
    say(f"{folder}: public keys of {', '.join(signatures.keys)}; private keys of {', '.join(ours)}")
