"""``taskyard submit``: one task, or a file of them, through the gateway."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
import orjson

from shared.errors import Refused, Unavailable
from shared.tasks.draft import DEFAULT_PRIORITY
from shared.tasks.registry import Registry, load_registry
from taskyard.calling import Caller, caller_options, open_caller
from taskyard.client.address import KEY
from taskyard.client.bulk import LARGEST, USUAL
from taskyard.output import json_option, show
from taskyard.submitting.bar import submitting_bar
from taskyard.submitting.journey import Journey, Tally
from taskyard.submitting.record import SUFFIX, Head, Record

ENDINGS = (".jsonl", ".ndjson")
NOT_ALL_ACCEPTED = 1


@click.command("submit")
@click.argument("what", metavar="TYPE|FILE.jsonl")
@click.argument("content", required=False)
@caller_options
@click.option("--options", metavar="A,B", help="The possible answers, for types that are answered.")
@click.option(
    "--priority",
    type=click.IntRange(0, 9),
    metavar="N",
    help=f"9 goes first; {DEFAULT_PRIORITY} by default.",
)
@click.option("--not-before", metavar="TIME", help="When it may start, with its offset.")
@click.option("--after", multiple=True, metavar="ID", help="A task to wait for; may be repeated.")
@click.option(
    "--size",
    type=click.IntRange(1, LARGEST),
    metavar="N",
    help=f"How many lines of FILE go in one request; {USUAL} by default.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"Where it is written down how far FILE is; FILE{SUFFIX} by default.",
)
@click.option("--again", is_flag=True, help="Send the lines of FILE again that were refused.")
@json_option
def command(
    what: str,
    content: str | None,
    account: str | None,
    url: str | None,
    size: int | None,
    state: Path | None,
    again: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Submit a task of TYPE, or the tasks in FILE.jsonl.

    CONTENT is JSON where it begins like an object or an array, else a text; - reads it from
    standard input, and where it is left out it is {}. Without --json only the task's id is printed.

    FILE.jsonl (or .ndjson) has a task in each line, as POST /api/v1/tasks takes it. What became of
    each line is written down beside it: after an interruption, run the same command again. Exit
    code 1 where lines were rejected.

    The tasks belong to the account of --account, else of TASKYARD_LOCAL_ACCOUNT, else demo.
    """
    fields = fields_of(**given)
    if not what.lower().endswith(ENDINGS):
        if size is not None or state is not None or again:
            raise click.UsageError("--size, --state and --again are for a file of tasks.")
        check_word(what)
        submit_one(what, content or "{}", fields, account, url, as_json=as_json)
        return
    if fields or content is not None:
        raise click.UsageError("The lines of a file say all there is to say of their tasks.")
    file = Path(what)
    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    with open_caller(account, url) as caller:
        submit_file(caller, file, state, size, again=again, as_json=as_json)


def submit_one(
    task_type: str,
    content: str,
    fields: dict[str, Any],
    account: str | None,
    url: str | None,
    *,
    as_json: bool,
) -> None:
    """Submit a task, and print its receipt."""
    text = sys.stdin.read() if content == "-" else content
    body = {
        "type": task_type,
        "content": content_of(text, may_be_text="options" in fields),
        **fields,
    }
    if not os.environ.get(KEY, "").strip():
        check_type(load_registry(), task_type)
    with open_caller(account, url) as caller:
        receipt = caller.client.submit(body)
    if as_json:
        show(receipt.told, as_json=True)
    else:
        click.echo(receipt.task_id)


def submit_file(
    caller: Caller,
    file: Path,
    state: Path | None,
    size: int | None,
    *,
    again: bool,
    as_json: bool,
) -> None:
    """Submit the lines that were not submitted yet (or ``again`` those that were refused), and
    print how many they were."""
    with Record(state or file.with_name(file.name + SUFFIX)) as record:
        _take_up(record, file, caller, size)
        journey = Journey(file, record, caller.client)
        try:
            if again:
                with submitting_bar(file.name, record.mark.rejected, 0) as bar:
                    tally = journey.run_again(bar)
            else:
                with submitting_bar(file.name, file.stat().st_size, record.mark.bytes) as bar:
                    tally = journey.run(bar)
        except (Unavailable, KeyboardInterrupt):
            done = record.mark.lines
            click.echo(f"taskyard: {done:,} lines are done: run it again to go on.", err=True)
            raise
        told = _summary(record, tally, file)
    show(told, as_json=as_json)
    for number, error in tally.first_rejected:
        click.echo(f"taskyard: line {number}: {error.code}: {error.message}", err=True)
    if told["rejected"]:
        sys.exit(NOT_ALL_ACCEPTED)


def _take_up(record: Record, file: Path, caller: Caller, size: int | None) -> None:
    """Begin the record, or go on with it; `Refused` where it is of somebody else."""
    head = record.head
    if head is None:
        record.begin(Head.new(file, caller.account_id, size or USUAL))
    elif head.account != caller.account_id:
        raise Refused(
            f"{record.path} is of another account: move it away, or say whose tasks they are."
        )


def _summary(record: Record, tally: Tally, file: Path) -> dict[str, Any]:
    mark = record.mark
    return {
        "file": str(file),
        "lines": mark.lines,
        "accepted": mark.accepted,
        "rejected": mark.rejected,
        "submitted_now": tally.accepted,
        "seconds": round(tally.seconds, 2),
        "per_second": round(tally.per_second),
        "record": str(record.path),
    }


def check_word(what: str) -> None:
    """`Refused` where ``what`` looks like a file, which a task's type never does. Pure."""
    if "." in what or "/" in what:
        endings = " or ".join(ENDINGS)
        raise Refused(f"{what} is no task type, and a file of tasks must end in {endings}.")


def check_type(registry: Registry, name: str) -> None:
    """`Refused` names the types that there are where ``name`` is none of them. Pure."""
    if registry.get(name) is None:
        known = ", ".join(sorted(registry.types))
        raise Refused(f"type: must be one of {known}; not {name!r}.")


def content_of(text: str, *, may_be_text: bool = False) -> Any:
    """What ``text`` says: an object or array where it begins like one, else itself. Pure.

    What begins so and is none is a mistake, unless it ``may_be_text``, as what annotators read.
    """
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if may_be_text:
            return text
        raise Refused(f"CONTENT begins like JSON and is none: {error}.") from None


def fields_of(
    *,
    options: str | None = None,
    priority: int | None = None,
    not_before: str | None = None,
    after: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The fields of a submission that were given, in the buyers' words. Pure."""
    fields = {
        "options": [word.strip() for word in options.split(",")] if options else None,
        "priority": priority,
        "notBefore": not_before,
        "after": list(after) or None,
    }
    return {name: value for name, value in fields.items() if value is not None}
