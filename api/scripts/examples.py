"""What the documentation of these routes shows."""

from __future__ import annotations

from typing import Any

AT = "2030-01-31T08:00:00.000Z"
_TEXTS = {"type": "array", "items": {"type": "string"}, "maxItems": 1000}


def _answer(data: Any) -> dict[str, Any]:
    return {"code": 0, "message": "success", "data": data}


_CONFIG = {
    "content_type": 0,
    "captions": "{Hi|Hello} #new",
    "material_list": ["clip.mp4"],
}
_TASK = {
    "id": 1,
    "script_name": "post",
    "script_config": _CONFIG,
    "serial": "device_serial_1",
    "username": None,
    "status": 2,
    "status_text": "completed",
    "source": "api",
    "start_time": AT,
    "end_time": "2030-01-31T08:00:02.250Z",
    "created_at": AT,
    "remark": "",
    "retry_count": 0,
    "max_retries": 3,
    "progress": 100,
}
TASK = _answer(_TASK)
TASKS = _answer({"tasks": [_TASK], "total": 1, "page": 1, "page_size": 20})
STATS = _answer({"total": 12, "pending": 2, "running": 2, "completed": 7, "failed": 1})
IDS = {"task_ids": [1, 999]}
DELETED = _answer({"task_id": 1, "deleted": True})
SEVERAL_DELETED = _answer({"deleted_count": 1, "deleted_ids": [1], "not_found_ids": [999]})
RETRIED = _answer({"retried_count": 1, "task_ids": [1]})
LICENSE = _answer(
    {
        "plan_name": "pro",
        "api_enabled": True,
        "device_limit": 10,
        "message": "The plan pro includes this API and 10 devices.",
    }
)
CREATED = _answer({"task_ids": [1], "created_count": 1})
NEW_TASKS = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "serials": {**_TEXTS, "description": "Devices, by serial."},
                    "usernames": {
                        **_TEXTS,
                        "description": "Accounts, by user name; they win over serials.",
                    },
                    "script_name": {"type": "string"},
                    "script_config": {"type": "object"},
                    "enable_multi_account": {
                        "type": "boolean",
                        "default": False,
                        "description": "With serials: one task for each account on a device.",
                    },
                    "start_time": {
                        "type": "string",
                        "description": "HH:MM, in the account's time zone; past means tomorrow.",
                    },
                },
                "required": ["script_name", "script_config"],
                "anyOf": [{"required": ["serials"]}, {"required": ["usernames"]}],
            },
            "example": {
                "serials": ["device_serial_1"],
                "script_name": "post",
                "script_config": _CONFIG,
                "start_time": "23:59",
            },
        }
    },
}
