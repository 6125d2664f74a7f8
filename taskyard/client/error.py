"""What a client raises, as one tree.

ClientError
├── Rejected            the gateway understood, and refuses; the same call is refused again
│   ├── Unauthorized        401: no credential, or one that is wrong or over
│   ├── Forbidden           403: the credential's role may not
│   ├── CreditsExhausted    402
│   ├── NotFound            404
│   └── Conflict            409: not in the state that the thing is in
├── Unreachable         no answer, or 5xx, also after the tries that the client's patience allows
│   └── RateLimited         429
├── NotInTime           the wait is over; the task goes on (`task`)
└── TaskFailed          the task failed or was canceled (`task`)

Whatever is `Rejected` is a `Refused` of the yard's own errors too, and what is `Unreachable` is
`Unavailable`, so that the command line ends with the same lines and exit codes as ever.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared import errors


class ClientError(errors.TaskyardError):
    """The root of what a client raises."""


class Rejected(ClientError, errors.Refused):
    """The gateway refuses; ``fields`` says by name what is wrong with those at fault."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "REFUSED",
        status: int = 0,
        fields: Mapping[str, str] | None = None,
        request_id: str | None = None,
    ) -> None:
        errors.Refused.__init__(self, message, code=code)
        self.status = status
        self.fields = dict(fields or {})
        self.request_id = request_id


class Unauthorized(Rejected):
    """There is no credential, or it is wrong, or over."""


class Forbidden(Rejected):
    """The credential's role may not do this."""


class CreditsExhausted(Rejected):
    """The account's balance is below the price."""


class NotFound(Rejected):
    """There is no such thing, or it is another account's."""


class Conflict(Rejected):
    """The thing is in a state that does not allow this."""


class Unreachable(ClientError, errors.Unavailable):
    """The gateway does not answer, or says that it cannot now.

    ``status`` is that of its last answer, 0 where there was none.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        retry_after_seconds: float | None = None,
        request_id: str | None = None,
    ) -> None:
        errors.Unavailable.__init__(self, message)
        self.status = status
        self.retry_after_seconds = retry_after_seconds
        self.request_id = request_id


class RateLimited(Unreachable):
    """Too many requests, or too many tasks that wait."""
