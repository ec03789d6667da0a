"""A small study from beginning to end: fork, runs, findings, and the proposal if anything is surely better."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hanse.app.lab import comparing, document
from hanse.app.lab.advising import proposal
from hanse.app.lab.journal import Journal
from hanse.app.lab.playing import play
from hanse.app.reproduce.sheet import write_sheet
from hanse.cluster import Told
from hanse.errors import EvidenceError
from hanse.instances import write_bytes
from hanse.lab.fork import fork
from hanse.lab.study import read_study
from hanse.model.canonical import canonical, digest

PACKAGED = Path(__file__).with_name("packaged")


def whole(data: Path, chain: str | None, name: str, by: str, folder: Path, told: Told) -> list[str]:
    """Plays the packaged study of this name on a copy of the league in `data`, which is only read, and returns the
    names of the files it wrote into `folder`. chain: URL of the league's chain, None for Hanse's own; by: the measure
    that is to get better. Raises as `fork`, `play` and `proposal` do."""
    tempfile.tempdir = str(folder)  # whoever ends this process removes the folder, and all copies with it
    made = fork(data, folder / "fork", chain_url=chain, within=True)
    study = read_study(PACKAGED / f"{name}.toml")
    journal = Journal(folder, study, made)
    play(made, study, journal, 1, told)
    found = tuple(comparing.lines(study, journal.runs))
    findings = document.as_json(study, journal.runs, found, made)
    evidence = canonical(findings)
    write_bytes(folder / "evidence.json", evidence)
    write_sheet(document.sheet(study, journal.runs, found, made), findings, folder, "lab")
    files = ["lab.html", "lab.json", "evidence.json"]
    try:
        advised = proposal(study, journal.runs, made, by, digest(evidence))
    except EvidenceError:  # no variant is surely better: that is a finding, too
        return files
    write_bytes(folder / "proposal.json", (json.dumps(advised, indent=1, ensure_ascii=False) + "\n").encode())
    return [*files, "proposal.json"]
