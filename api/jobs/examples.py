"""What the documentation of these routes shows."""

from __future__ import annotations

from typing import Any

from api.rate_fields import DESCRIBED

ACCOUNT_ID = "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e00"
DOCUMENT_ID = "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e02"
FOLDER_ID = "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e03"
AT = "2030-01-31T08:00:00.000Z"
ENDED_AT = "2030-01-31T08:00:01.250Z"


def _answer(data: Any) -> dict[str, Any]:
    return {"success": True, "data": data}


_JOB = {
    "id": "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e04",
    "userId": ACCOUNT_ID,
    "targetId": DOCUMENT_ID,
    "type": "EXTRACTION",
    "status": "DONE",
    "progress": 100,
    "metadata": {
        "fileName": "report.pdf",
        "fileSize": 48_213,
        "mimeType": "application/pdf",
        "pageCount": 2,
        "extractionMethod": "pypdfium2",
    },
    "startedAt": AT,
    "completedAt": ENDED_AT,
    "createdAt": AT,
    "updatedAt": ENDED_AT,
}
JOB = _answer(_JOB)
JOBS = _answer([_JOB])
DOCUMENT = _answer(
    {
        "documentId": DOCUMENT_ID,
        "status": "DONE",
        "title": "Report",
        "content": "First page.\n\nSecond page.",
        "pages": [
            {"pageNumber": 1, "text": "First page."},
            {"pageNumber": 2, "text": "Second page."},
        ],
        "metadata": {
            "author": "Ada",
            "creationDate": AT,
            "modificationDate": None,
            "pageCount": 2,
            "language": "en",
            "format": "pdf",
            "extractionTime": 0.012,
        },
        "totalWords": 4,
    }
)
STANDING = _answer({"documentId": DOCUMENT_ID, "status": "IN_PROGRESS"})
_FOLDER = {
    "id": FOLDER_ID,
    "name": "reports",
    "description": "",
    "chunkSize": 500,
    "words": 4,
    "createdAt": AT,
    "updatedAt": AT,
}
FOLDER = _answer(_FOLDER)
FOLDERS = _answer([{"status": "fulfilled", "value": _FOLDER}])
FINDS = _answer(
    [
        {
            "documentId": DOCUMENT_ID,
            "title": "Report",
            "pageNumber": 2,
            "text": "Second page.",
            "score": 0.87,
        }
    ]
)
_FACTS = {"name": "report.pdf", "size": 48_213, "mimetype": "application/pdf"}
DOCUMENTS = _answer(
    [
        {
            "documentId": DOCUMENT_ID,
            "status": "DONE",
            "title": "Report",
            **_FACTS,
            "totalWords": 4,
            "createdAt": AT,
            "updatedAt": ENDED_AT,
        }
    ]
)
FILES_IN = _answer([{"id": DOCUMENT_ID, **_FACTS}])
PUT_IN = {"filesIds": [DOCUMENT_ID]}
TAKEN_OUT = _answer({"message": "The file is taken out of the folder."})
DOCUMENT_DELETED = _answer({"message": "The document is deleted."})
FOLDER_DELETED = _answer({"message": "The folder is deleted; its documents stay."})
NEW_FOLDER = {"name": "reports", "description": "Of the year.", "chunkSize": 500}
FOLDER_CHANGE = {"chunkSize": 200}
SYNC = {"url": "s3://reports/2030"}
GENERATION = {"kind": "answer", "prompt": "Who wrote it?"}
UPLOAD = _answer({"message": "1 file is in.", "ids": [DOCUMENT_ID]})
_NUMBER = {"type": "integer"}
RATE_HEADERS = {
    **DESCRIBED,
    "X-RateLimit-Limit": {"description": "Requests in a minute.", "schema": _NUMBER},
    "X-RateLimit-Remaining": {"description": "How many are left.", "schema": _NUMBER},
    "X-RateLimit-Reset": {
        "description": "When the oldest one counts no more: seconds since the epoch.",
        "schema": _NUMBER,
    },
}
_FILE = {"type": "string", "format": "binary"}
_TEXT = {"type": "string"}


def _form(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return {"schema": schema}


NEW_DOCUMENT = {
    "required": True,
    "content": {
        "multipart/form-data": _form(
            {
                "file": _FILE,
                "folderId": _TEXT,
                "wait": {
                    "type": "number",
                    "default": 30,
                    "description": "Seconds to wait until it is read; more than 30 is 30.",
                },
            },
            "file",
        )
    },
}
FILES = {
    "required": True,
    "content": {"multipart/form-data": _form({"file": {"type": "array", "items": _FILE}}, "file")},
}
IMPORT = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"urls": {"type": "array", "items": _TEXT}},
                "required": ["urls"],
            },
            "example": {"urls": ["https://example.org/report.pdf"]},
        },
        "multipart/form-data": _form({"file": _FILE}, "file"),
    },
}
UPLOAD_HEADERS = [
    {
        "in": "header",
        "name": "folder",
        "schema": _TEXT,
        "description": "The id of a folder, or its name (UTF-8, or percent-encoded).",
    },
    {
        "in": "header",
        "name": "wait",
        "schema": {"type": "string", "enum": ["true", "false"], "default": "false"},
        "description": "Whether to answer only once the files are read, after 30 s at the latest.",
    },
]
