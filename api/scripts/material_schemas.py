"""What operators send and get about material, field by field."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from api.fields import Tags, Text, Words
from api.scripts.schemas import MOMENT, PageQuerySchema
from shared.material.material import LONGEST_NAME, MaterialKind, MaterialState
from shared.tags import LONGEST_TAG

KINDS = tuple(kind.value for kind in MaterialKind)
STATES = tuple(state.value for state in MaterialState)
FORM: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "tags": {"type": "string", "description": "Separated by commas."},
                    "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                },
                "required": ["file"],
            }
        }
    },
}
"""The fields that come before the files are looked at before these are read."""


class MaterialsQuerySchema(PageQuerySchema):
    """Which material to list."""

    tag = Text(LONGEST_TAG, metadata={"description": "One of its tags, exactly."})
    kind = Words(KINDS)
    state = Words(STATES)


class MaterialChangeSchema(Schema):
    """What is said of material; what is left out stays."""

    class Meta:
        """Unknown fields are ignored."""

        unknown = EXCLUDE

    name = Text(LONGEST_NAME)
    tags = Tags()


class MaterialSchema(Schema):
    """A picture, a video or a sound of the library."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    state = Words(STATES, required=True, metadata={"description": "Posts use what is checked."})
    error = fields.String(
        required=True, allow_none=True, metadata={"description": "Why it was refused."}
    )
    kind = fields.String(required=True, allow_none=True, metadata={"enum": [*KINDS, None]})
    media_type = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    duration_seconds = fields.Float(required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    source = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Where a sync found it; null for uploads."},
    )
    created_at = fields.String(required=True, metadata=MOMENT)


class MaterialPageSchema(Schema):
    """A page of material, newest first."""

    materials = fields.List(fields.Nested(MaterialSchema), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)


class MaterialsAddedSchema(Schema):
    """What became of the files, in their order; what was there already is there once."""

    materials = fields.List(fields.Nested(MaterialSchema), required=True)
    added_count = fields.Integer(
        required=True, metadata={"description": "How many the library did not have."}
    )


class MaterialRemovedSchema(Schema):
    """That material is gone."""

    id = fields.String(required=True)
    deleted = fields.Boolean(required=True)
