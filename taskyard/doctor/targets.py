"""The file of link targets: whether others can read the credentials in it."""

from __future__ import annotations

from pathlib import Path

from shared.links.target_file import SETTING
from shared.sources.options import SourceOptions
from taskyard.doctor.finding import Findings, ok, warn
from taskyard.doctor.subject import Subject

ABOUT = "link targets"
OTHERS = 0o077


def look_at_targets(subject: Subject) -> Findings:
    """Nothing where there are no targets."""
    targets = subject.settings.link_targets
    if not targets:
        return
    file = Path(subject.environ[SETTING].strip()).expanduser()
    secretive = [target.name for target in targets if target.options != SourceOptions()]
    if secretive and file.stat().st_mode & OTHERS:
        told = f"Others may open {file}, and it holds the options of {', '.join(secretive)}."
        yield warn(ABOUT, told, f"chmod 600 {file}")
    else:
        yield ok(ABOUT, ", ".join(target.name for target in targets))
