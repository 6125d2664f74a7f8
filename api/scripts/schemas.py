"""What operators send and get, field by field."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.fields import Capped, Errors, Flag, Text, Words
from api.scripts.fields import Choice, Names, TaskNumber, TimeOfDay
from shared.accounts.plan import Plan
from shared.devices.device import LONGEST_SERIAL
from shared.ids import LARGEST_NUMBER
from shared.notices.endpoint_url import LONGEST_URL
from shared.scripts.start_time import FORM
from shared.social.account import LONGEST_USERNAME
from shared.tasks.words import SCRIPT_TEXTS

MOST_TASKS = 1000
"""How many tasks one call may make, or delete."""
DEFAULT_PAGE_SIZE = 20
LARGEST_PAGE_SIZE = 100
FARTHEST_PAGE = 10**12
SOURCES = ("ui", "api")
MOMENT = {"format": "date-time"}
NUMBERS = ", ".join(f"{number} {text}" for number, text in enumerate(SCRIPT_TEXTS))
CONFIG: Errors = dict.fromkeys(("required", "invalid"), "is required: an object.")
IDS_MESSAGE = f"is required: a list of 1 to {MOST_TASKS} ids of tasks, as whole numbers."
IDS: Errors = dict.fromkeys(("required", "invalid"), IDS_MESSAGE)


class NewScriptsSchema(Schema):
    """What is to run, where, and when."""

    serials = Names(
        "serials", LONGEST_SERIAL, MOST_TASKS, metadata={"description": "Devices, by serial."}
    )
    usernames = Names(
        "user names",
        LONGEST_USERNAME,
        MOST_TASKS,
        prefix="@",
        metadata={"description": "Accounts, by user name; they win over serials."},
    )
    script_config = fields.Dict(required=True, error_messages=CONFIG)
    enable_multi_account = Flag(
        load_default=False,
        metadata={"description": "With serials: one task for each account bound to a device."},
    )
    start_time = TimeOfDay(metadata={"description": f"{FORM}, in the account's time zone."})
    callback_url = Text(
        LONGEST_URL, metadata={"description": "Told how each task ends, signed like webhooks."}
    )


class ScriptsCreatedSchema(Schema):
    """The tasks that were made."""

    task_ids = fields.List(fields.Integer(), required=True)
    created_count = fields.Integer(required=True)


class PageQuerySchema(Schema):
    """Which page of a list."""

    page = Capped(1, FARTHEST_PAGE, load_default=1)
    page_size = Capped(
        1,
        LARGEST_PAGE_SIZE,
        load_default=DEFAULT_PAGE_SIZE,
        metadata={"description": f"More than {LARGEST_PAGE_SIZE} is {LARGEST_PAGE_SIZE}."},
    )


class ScriptsQuerySchema(PageQuerySchema):
    """Which tasks to list."""

    status = Choice(len(SCRIPT_TEXTS) - 1, NUMBERS)
    serial = Text(LONGEST_SERIAL)
    script_name = fields.String()
    source = Words(SOURCES)


class ScriptSchema(Schema):
    """A task."""

    id = fields.Integer(required=True)
    script_name = fields.String(required=True)
    script_config = fields.Dict(required=True)
    serial = fields.String(required=True, allow_none=True)
    username = fields.String(required=True, allow_none=True)
    status = fields.Integer(required=True, metadata={"description": NUMBERS})
    status_text = Words(SCRIPT_TEXTS, required=True)
    source = Words(SOURCES, required=True)
    start_time = fields.String(
        required=True,
        allow_none=True,
        metadata={**MOMENT, "description": "When it began; before that, when it is due."},
    )
    end_time = fields.String(required=True, allow_none=True, metadata=MOMENT)
    created_at = fields.String(required=True, metadata=MOMENT)
    remark = fields.String(required=True, metadata={"description": "Why it is as it is."})
    retry_count = fields.Integer(required=True)
    max_retries = fields.Integer(required=True)
    progress = fields.Integer(required=True, metadata={"description": "0 to 100."})


class ScriptPageSchema(Schema):
    """A page of tasks, newest first."""

    tasks = fields.List(fields.Nested(ScriptSchema), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)


class ScriptIdsSchema(Schema):
    """Tasks, by their ids."""

    task_ids = fields.List(
        TaskNumber(LARGEST_NUMBER),
        required=True,
        validate=validate.Length(1, MOST_TASKS, error=IDS_MESSAGE),
        error_messages=IDS,
    )


class ScriptDeletedSchema(Schema):
    """That a task is gone."""

    task_id = fields.Integer(required=True)
    deleted = fields.Boolean(required=True)


class ScriptsDeletedSchema(Schema):
    """Which tasks are gone, and which were not there."""

    deleted_count = fields.Integer(required=True)
    deleted_ids = fields.List(fields.Integer(), required=True)
    not_found_ids = fields.List(fields.Integer(), required=True)


class ScriptsRetriedSchema(Schema):
    """Which tasks begin anew."""

    retried_count = fields.Integer(required=True)
    task_ids = fields.List(fields.Integer(), required=True)


class ScriptStatsSchema(Schema):
    """How many tasks there are."""

    total = fields.Integer(required=True)
    pending = fields.Integer(required=True)
    running = fields.Integer(required=True)
    completed = fields.Integer(required=True)
    failed = fields.Integer(required=True)


class LicenseSchema(Schema):
    """What the account's plan allows."""

    plan_name = Words(tuple(plan.value for plan in Plan if plan.has_script_api), required=True)
    api_enabled = fields.Boolean(required=True)
    device_limit = fields.Integer(required=True)
    message = fields.String(required=True)


class ScriptsErrorSchema(Schema):
    """The envelope of every error."""

    code = fields.Integer(required=True)
    message = fields.String(required=True)
    data = fields.Raw(required=True, allow_none=True, metadata={"enum": [None]})
