"""What the documentation of the servers' routes shows."""

from __future__ import annotations

from typing import Any

AT = "2030-01-31T08:00:00Z"
LINK_ID = "019a0d2c-7e5b-7c1f-9a55-3f1f6a2b9c01"
SERVER_ID = "019a0d2c-0000-7000-8000-3f1f6a2b9c02"


def _answer(data: Any) -> dict[str, Any]:
    return {"success": True, "data": data}


_TASK = {
    "id": LINK_ID,
    "request_id": "019a0d2c-1111-7000-8000-3f1f6a2b9c03",
    "service_type": "social",
    "site_id": "s1",
    "site_name": "Example Social",
    "email": "ada@example.org",
    "username": "ada",
    "password": "the site's own",
    "about": "",
    "link_profile": "",
    "link_post": "",
    "status": "queued",
    "retry_count": 0,
    "max_retries": 3,
    "details": None,
    "started_at": None,
    "created_at": AT,
    "request_name": "Spring",
    "request_website": "https://example.com/",
    "type_request": "standard",
    "auction_price": 20,
    "config": '{"text":"{name}: {website}"}',
    "site_url": "https://social.example.org",
    "site_kind": "mastodon",
}
TASKS = {
    "server_id": SERVER_ID,
    "server_name": "w1",
    "data": [_TASK],
    "total": 1,
    "page": 1,
    "limit": 100,
    "next_cursor": None,
}
REPORT = {"status": "completed", "link_post": "https://social.example.org/@ada/1"}
REPORTS = {"items": [{"link_id": LINK_ID, **REPORT}, {"link_id": "unknown"}]}
UPDATED = _answer({"updated": True, "link_id": LINK_ID})
OUTCOME = {
    "total": 2,
    "success": 1,
    "failed": 1,
    "results": [
        {"link_id": LINK_ID, "success": True},
        {"link_id": "unknown", "success": False, "error": "not_found"},
    ],
}
CLAIM = {"limit": 10, "service_type": "social", "wait": 20}
CLAIMED = _answer(
    [{**_TASK, "status": "running", "started_at": AT, "attempt": 1, "lease_expires_at": AT}]
)
HELD = {"items": [{"link_id": LINK_ID, "attempt": 1}]}
EXTENDED = _answer(
    [{"link_id": LINK_ID, "success": True, "lease_expires_at": AT, "canceled": False}]
)
HEALTH = {
    "server_name": "w1",
    "ip": "203.0.113.7",
    "cpu_usage": 12.5,
    "ram_usage": 40,
    "disk_usage": 71,
    "active_threads": 4,
    "active_tasks": 2,
}
HEARD = _answer({"status": "ok", "server_id": SERVER_ID, "server_name": "w1", "server_time": AT})
