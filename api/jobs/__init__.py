"""The jobs' dialect: owners of documents, and the jobs that work on what they put in."""

from __future__ import annotations

from flask_smorest import Api

from api.jobs import document_routes, file_routes, folder_routes, job_routes, upload_routes
from api.jobs.blueprint import blueprint
from api.jobs.dialect import PREFIXES, Jobs
from api.jobs.schemas import JobsErrorSchema

__all__ = [
    "DIALECT",
    "PREFIXES",
    "document_routes",
    "file_routes",
    "folder_routes",
    "job_routes",
    "join",
    "upload_routes",
]
DIALECT = Jobs()


def join(api: Api) -> None:
    """Add this dialect's routes to the gateway."""
    api.spec.components.schema("JobsError", schema=JobsErrorSchema)
    api.register_blueprint(blueprint)
