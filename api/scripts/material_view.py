"""Material as operators see it. Pure."""

from __future__ import annotations

from typing import Any

from shared.material.material import Material
from shared.moments import time_text


def material_body(material: Material) -> dict[str, Any]:
    """A piece of material."""
    return {
        "id": material.id,
        "name": material.name,
        "state": material.state,
        "error": material.error,
        "kind": material.kind,
        "media_type": material.media_type,
        "size": material.size_bytes,
        "width": material.width,
        "height": material.height,
        "duration_seconds": material.duration_seconds,
        "tags": material.tags,
        "source": material.source or None,
        "created_at": time_text(material.created_at),
    }
