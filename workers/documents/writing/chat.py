"""A model behind an endpoint that speaks OpenAI's protocol for chat completions."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from openai import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    OpenAI,
    OpenAIError,
    Timeout,
)
from openai.types.chat import ChatCompletion

from shared.clock import Clock, SystemClock
from shared.errors import TaskError, TaskyardError
from shared.outbound.retry_after import asked_seconds

log = logging.getLogger(__name__)
ANSWER_SECONDS = 600.0
CONNECT_SECONDS = 10.0
TOLD_CHARACTERS = 200
CODE = "GENERATION_FAILED"
_AGAIN = (408, 409, 425, 429)
_REFUSED = (401, 403)
_TOO_LONG = re.compile(r"context.{0,10}(length|size|window)|too (long|many tokens|large)", re.I)
_THOUGHTS = re.compile(r"^\s*<think>.*?</think>", re.S)
"""Some models write down what they think before they answer."""


class TooLong(Exception):
    """The endpoint says that the model cannot read as much at once."""


class Chat:
    """A connection to the model ``model`` at ``endpoint``, which ends before `/chat/completions`.

    Its client tries nothing again by itself: the yard does, and by its own clock.
    """

    def __init__(
        self,
        endpoint: str,
        model: str,
        api_key: str | None = None,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        self.model = model
        self._clock = clock or SystemClock()
        self._client = OpenAI(
            base_url=endpoint,
            api_key=api_key or "none",
            max_retries=0,
            timeout=Timeout(answer_seconds, connect=CONNECT_SECONDS),
        )

    def ask(self, system: str, user: str) -> str:
        """The model's answer; `TaskError` says whether another attempt helps, `TooLong`."""
        with self._translated():
            answer = self._client.chat.completions.create(
                model=self.model,
                messages=[
                    {"role": "system", "content": system},
                    {"role": "user", "content": user},
                ],
            )
        return _read(answer)

    def __enter__(self) -> Chat:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._client.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the client's errors into ours, without the endpoint's address and key."""
        try:
            yield
        except APIStatusError as error:
            raise self._refused(error) from error
        except APITimeoutError as error:
            raise TaskError(
                "The generation endpoint does not answer in time.", code=CODE
            ) from error
        except APIConnectionError as error:
            if isinstance(error.__cause__, TaskyardError):
                raise error.__cause__ from None  # a time limit that rang in the client
            raise TaskError("The generation endpoint cannot be reached.", code=CODE) from error
        except (OpenAIError, ValueError) as error:
            raise TaskError("The generation endpoint's answer is broken.", code=CODE) from error

    def _refused(self, error: APIStatusError) -> Exception:
        status, told = error.status_code, _told(error)
        if status in (400, 413, 422) and _TOO_LONG.search(told):
            return TooLong(told)
        log.warning("the generation endpoint answered %d: %s", status, told)
        if status in _REFUSED:
            told = "it does not accept this server's key"
        return TaskError(
            f"The generation endpoint answered {status}: {told}",
            retryable=status in _AGAIN or status >= 500,
            delay_seconds=asked_seconds(error.response.headers, self._clock),
            code=CODE,
        )


def _told(error: APIStatusError) -> str:
    """The message in the answer, else the answer."""
    body = error.body
    message = body.get("message") if isinstance(body, dict) else body
    return " ".join(str(message or error.response.reason_phrase).split())[:TOLD_CHARACTERS]


def _read(answer: object) -> str:
    """What the model said; an endpoint may send anything."""
    choices = answer.choices if isinstance(answer, ChatCompletion) else None
    message = choices[0].message if choices else None
    text = _THOUGHTS.sub("", message.content or "").strip() if message else ""
    if choices and choices[0].finish_reason == "content_filter":
        raise TaskError("The model refuses to write about this.", retryable=False, code=CODE)
    if not text:
        raise TaskError("The generation endpoint's answer is empty.", code=CODE)
    return text
