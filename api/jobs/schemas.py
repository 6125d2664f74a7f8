"""What owners of documents send and get, field by field."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import Capped, Count, Errors, Text, Whole, Words
from api.jobs.dialect import SHOWN_WORDS, STATUS_WORDS
from api.jobs.fields import Name, Several
from api.jobs.listing import DEFAULT_LIMIT, LARGEST_LIMIT, LARGEST_OFFSET
from shared.documents.folder import DEFAULT_CHUNK_SIZE, LONGEST_NAME
from shared.sources.url import LONGEST as LONGEST_SOURCE
from shared.tasks.job_queries import JOB_TYPES

# Names are the dialect's own.
# ruff: noqa: N815

LONGEST_DESCRIPTION = 2000
LONGEST_QUESTION = 2000
LONGEST_PROMPT = 10_000
CHUNK_SIZES = (10, 10_000)
MOST_FILES = 1000
NO_ID: Errors = dict.fromkeys(("invalid", "null"), "must be an id.")
MOST_URLS = 1000
LONGEST_URL = 8192
FARTHEST = 10**9
KINDS = ("summary", "keywords", "answer")
SEARCH_LIMIT = 10
LARGEST_SEARCH = 100
MOMENT = {"format": "date-time"}
CAPPED = {"description": f"More than {LARGEST_LIMIT} is {LARGEST_LIMIT}."}


class JobsQuerySchema(Schema):
    """Which jobs to list."""

    targetId = fields.String(metadata={"description": "The document or folder it works on."})
    type = fields.String(
        metadata={
            "description": f"One or several of {', '.join(JOB_TYPES)} and of "
            f"{', '.join(STATUS_WORDS)}, by commas: one of these types, in one of these statuses."
        }
    )
    status = fields.String(
        metadata={"description": f"One or several of {', '.join(STATUS_WORDS)}, by commas."}
    )
    limit = Capped(1, LARGEST_LIMIT, load_default=DEFAULT_LIMIT, metadata=CAPPED)
    offset = Count(0, LARGEST_OFFSET, load_default=0)


class JobSchema(Schema):
    """A job; what there is nothing to say about is left out."""

    id = fields.String(required=True)
    userId = fields.String(required=True, metadata={"description": "The account's id."})
    targetId = fields.String(required=True)
    type = Words(JOB_TYPES, required=True)
    status = Words(STATUS_WORDS, required=True)
    progress = fields.Integer(metadata={"description": "0 to 100; 100 when it is DONE."})
    metadata = fields.Dict()
    error = fields.String()
    startedAt = fields.String(metadata=MOMENT)
    completedAt = fields.String(metadata=MOMENT)
    createdAt = fields.String(required=True, metadata=MOMENT)
    updatedAt = fields.String(required=True, metadata=MOMENT)


class PageSchema(Schema):
    """A page of a document; of a recording, all of it."""

    pageNumber = fields.Integer(required=True)
    text = fields.String(required=True)
    tables = fields.List(fields.Raw())


class DocumentMetadataSchema(Schema):
    """What was found out about a document; null for what it does not say."""

    author = fields.String(required=True, allow_none=True)
    creationDate = fields.String(required=True, allow_none=True)
    modificationDate = fields.String(required=True, allow_none=True)
    pageCount = fields.Integer(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)
    format = fields.String(required=True, allow_none=True)
    extractionTime = fields.Float(
        required=True, allow_none=True, metadata={"description": "Seconds."}
    )


class JobsDocumentSchema(Schema):
    """A document, and what it says."""

    documentId = fields.String(required=True)
    status = Words(SHOWN_WORDS, required=True)
    title = fields.String(required=True)
    content = fields.String(required=True)
    pages = fields.List(fields.Nested(PageSchema), required=True)
    metadata = fields.Nested(DocumentMetadataSchema, required=True)
    summary = fields.String()
    keywords = fields.List(fields.String())
    totalWords = fields.Integer(required=True)
    error = fields.String()


class StandingSchema(Schema):
    """How far a document is."""

    documentId = fields.String(required=True)
    status = Words(SHOWN_WORDS, required=True)


class ListedDocumentSchema(Schema):
    """A document in a list, without what it says."""

    documentId = fields.String(required=True)
    status = Words(SHOWN_WORDS, required=True)
    title = fields.String(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    mimetype = fields.String(required=True)
    totalWords = fields.Integer(required=True)
    createdAt = fields.String(required=True, metadata=MOMENT)
    updatedAt = fields.String(required=True, metadata=MOMENT)
    error = fields.String()


class DocumentsQuerySchema(Schema):
    """Which documents to list."""

    folderId = fields.String()
    limit = Capped(1, LARGEST_LIMIT, load_default=DEFAULT_LIMIT, metadata=CAPPED)
    offset = Count(0, FARTHEST, load_default=0)


class NewFolderSchema(Schema):
    """A folder to be made."""

    name = Name(LONGEST_NAME, required=True)
    description = Text(LONGEST_DESCRIPTION, 0, load_default="")
    chunkSize = Whole(*CHUNK_SIZES, load_default=DEFAULT_CHUNK_SIZE)


class FolderChangeSchema(Schema):
    """What to change of a folder; the rest stays."""

    name = Name(LONGEST_NAME)
    description = Text(LONGEST_DESCRIPTION, 0)
    chunkSize = Whole(*CHUNK_SIZES)


class FolderSchema(Schema):
    """A folder."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    chunkSize = fields.Integer(required=True)
    words = fields.Integer(required=True)
    createdAt = fields.String(required=True, metadata=MOMENT)
    updatedAt = fields.String(required=True, metadata=MOMENT)


class SettledFolderSchema(Schema):
    """A folder in a list."""

    status = Words(("fulfilled",), required=True)
    value = fields.Nested(FolderSchema, required=True)


class FilesSchema(Schema):
    """Documents to be put into a folder."""

    filesIds = Several("ids", fields.String(error_messages=NO_ID), MOST_FILES)


class FileSchema(Schema):
    """A document as a file of a folder."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    mimetype = fields.String(required=True)


class SyncSchema(Schema):
    """Where a folder's documents are."""

    url = Text(LONGEST_SOURCE, required=True)
    options = fields.Dict(load_default=dict, error_messages={"invalid": "must be an object."})


class ImportSchema(Schema):
    """Files to be fetched."""

    urls = Several("URLs", Text(LONGEST_URL), MOST_URLS)


class GenerationSchema(Schema):
    """What to make of a text."""

    kind = Words(KINDS, required=True)
    prompt = Text(LONGEST_PROMPT, metadata={"description": "answer: the question."})


class SearchQuerySchema(Schema):
    """What to look for."""

    q = Name(LONGEST_QUESTION, required=True)
    limit = Capped(1, LARGEST_SEARCH, load_default=SEARCH_LIMIT, metadata=CAPPED)


class FindSchema(Schema):
    """A piece of a document that answers a search."""

    documentId = fields.String(required=True)
    title = fields.String(required=True)
    pageNumber = fields.Integer(required=True, allow_none=True)
    text = fields.String(required=True)
    score = fields.Float(required=True)


class MessageSchema(Schema):
    """What was done, in a sentence."""

    message = fields.String(required=True)


class UploadSchema(Schema):
    """What came in; the ids in the order of the files."""

    message = fields.String(required=True)
    ids = fields.List(fields.String(), required=True)


class RefusedFieldSchema(Schema):
    """What is wrong with one field, and what would do."""

    field = fields.String(required=True)
    message = fields.String(required=True)


class JobsErrorBodySchema(Schema):
    """Why a request cannot be had."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    details = fields.Dict(metadata={"description": "EXTRACTION_FAILED, EXTRACTION_TIMEOUT."})
    fields_ = fields.List(fields.Nested(RefusedFieldSchema), data_key="fields")
    retryAfter = fields.Integer(metadata={"description": "429: seconds."})


class JobsErrorSchema(Schema):
    """The envelope of every error."""

    success = fields.Boolean(required=True)
    error = fields.Nested(JobsErrorBodySchema, required=True)
