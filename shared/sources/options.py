"""How a source is to be read: credentials, and which of its files are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

MOST_PATTERNS = 100
MOST_BYTES = 1024**4
SHORT = validate.Length(min=1, max=500)
LONG = validate.Length(min=1, max=20_000)
GLOBS = f"must be a list of at most {MOST_PATTERNS} globs."
AS_MANY = validate.Length(max=MOST_PATTERNS, error=GLOBS)
NO_LIST: dict[str, str | list[Any] | dict[Any, Any]] = {"invalid": GLOBS}


class SourceOptionsSchema(Schema):
    """The ``options`` of a sync; each protocol reads those that mean something to it."""

    class Meta:
        """What an option is that nobody knows: ignored."""

        unknown = EXCLUDE

    user = fields.String(validate=SHORT)
    password = fields.String(validate=LONG)
    private_key = fields.String(validate=LONG)
    passphrase = fields.String(validate=LONG)
    host_key = fields.String(validate=SHORT)
    key = fields.String(validate=SHORT)
    secret = fields.String(validate=SHORT)
    token = fields.String(validate=LONG)
    region = fields.String(validate=validate.Regexp(r"^[a-z0-9-]{1,40}$"))
    endpoint_url = fields.URL(schemes={"http", "https"}, require_tld=False)
    login_url = fields.URL(schemes={"http", "https"}, require_tld=False)
    client_id = fields.String(validate=SHORT)
    tenant_id = fields.String(validate=validate.Regexp(r"^[A-Za-z0-9.-]{1,200}$"))
    client_secret = fields.String(validate=LONG)
    include = fields.List(fields.String(validate=SHORT), validate=AS_MANY, error_messages=NO_LIST)
    exclude = fields.List(  # type: ignore[assignment]  # the schema's own is not read
        fields.String(validate=SHORT), validate=AS_MANY, error_messages=NO_LIST
    )
    recursive = fields.Boolean()
    max_file_bytes = fields.Integer(strict=True, validate=validate.Range(1, MOST_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SourceOptions:
    """What `SourceOptionsSchema` loaded. Its repr says nothing: most of it is secret.

    ``include`` and ``exclude`` are globs: one with a slash is compared with a file's whole path
    below the source, one without with its name.
    """

    user: str | None = None
    password: str | None = None
    private_key: str | None = None
    passphrase: str | None = None
    host_key: str | None = None
    key: str | None = None
    secret: str | None = None
    token: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    login_url: str | None = None
    client_id: str | None = None
    tenant_id: str | None = None
    client_secret: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    recursive: bool = True
    max_file_bytes: int | None = None

    @classmethod
    def of(cls, loaded: dict[str, Any]) -> SourceOptions:
        """The options in what the schema loaded."""
        lists = {name: tuple(loaded.get(name) or ()) for name in ("include", "exclude")}
        return cls(**{**loaded, **lists})

    def wants(self, path: str) -> bool:
        """Whether the file ``path`` (below the source) is one of those asked for."""
        if self.include and not any(_matches(path, glob) for glob in self.include):
            return False
        return not any(_matches(path, glob) for glob in self.exclude)


def _matches(path: str, glob: str) -> bool:
    return fnmatchcase(path if "/" in glob else path.rpartition("/")[2], glob.removeprefix("/"))
