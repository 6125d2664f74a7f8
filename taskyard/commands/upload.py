"""``taskyard upload``: a folder's files become documents, through the gateway."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import click

from shared.accounts.role import Role
from shared.accounts.token import issue_token
from shared.errors import Refused
from taskyard.client import Client
from taskyard.client.patience import NONE
from taskyard.desk import acting_account, open_desk
from taskyard.output import json_option, show, show_list
from taskyard.uploading.bars import terminal_bars
from taskyard.uploading.documents_client import DocumentsClient
from taskyard.uploading.journey import Journey
from taskyard.uploading.local_files import files_below
from taskyard.uploading.outcome import Outcome
from taskyard.yard_status import gateway_url

TOKEN_SECONDS = 300.0
NOT_ALL_DONE = 1


@click.command("upload")
@click.argument(
    "folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, readable=True, path_type=Path),
)
@click.option("--folder", "name", metavar="NAME", help="Into which folder; DIR's name by default.")
@click.option("--account", metavar="A", help="Whose documents they are: a name or an id.")
@json_option
def command(folder: Path, name: str | None, account: str | None, as_json: bool) -> None:
    """Put the files of DIR and of the folders in it into the folder NAME, and wait until they are
    read.

    The folder is made where there is none of that name. Hidden files are left out. The same content
    is kept once in a folder: after an interruption, run the same command again.

    The documents belong to the account of --account, else of TASKYARD_LOCAL_ACCOUNT, else demo.
    Exit code 0 when every file was read, 1 when one was not.
    """
    files = files_below(folder)
    if not files:
        raise Refused(f"There are no files in {folder}.")
    with open_desk() as desk:
        with desk.store.read() as tx:
            owner = acting_account(tx, desk.settings, account)
        token = partial(issue_token, desk.settings, owner.id, Role.BUYER, ttl_seconds=TOKEN_SECONDS)
        url = gateway_url(desk.settings, os.environ)
        # The journey tries again by itself, so that its bars begin anew.
        with Client(url, token, patience=NONE) as client:
            owner_client = DocumentsClient(client)
            place = owner_client.folder(name or folder.resolve().name)
            outcomes = list(Journey(owner_client, place, terminal_bars).run(files))
    if as_json:
        found = [one.as_json() for one in outcomes]
        show({"folderId": place, "files": found}, as_json=True)
    else:
        _show_text(outcomes)
    if not all(outcome.is_done for outcome in outcomes):
        sys.exit(NOT_ALL_DONE)


def _show_text(outcomes: list[Outcome]) -> None:
    """The table; after it, on standard error, why files were not read."""
    show_list([one.row() for one in outcomes], as_json=False)
    for one in outcomes:
        if one.error:
            click.echo(f"taskyard: {one.file}: {one.error}", err=True)
