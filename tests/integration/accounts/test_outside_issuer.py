import base64
import hmac
import json
import threading
import time
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from shared.accounts.claims import TokenRefused
from shared.accounts.key_set import LONGEST_SECONDS, PAUSE_SECONDS, REFRESH_SECONDS, KeySet
from shared.accounts.outside_issuer import OutsideIssuer, open_outside_issuer
from shared.accounts.role import Role
from shared.accounts.token import issue_token, verify_token
from shared.clock import FakeClock
from shared.errors import Unavailable
from shared.ids import new_id
from shared.settings import Settings

ISSUER = "https://login.example"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
WEAK_KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHARED = b"a secret that somebody published"


def _rsa(kid: str, key: rsa.RSAPrivateKey = RSA_KEY, **more: Any) -> dict[str, Any]:
    return RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid} | more


PUBLISHED: list[Any] = [
    _rsa("rsa", use="sig", alg="RS256"),
    _rsa("weak", WEAK_KEY),
    _rsa("encrypts", use="enc"),
    ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True) | {"kid": "ec"},
    OKPAlgorithm.to_jwk(ED_KEY.public_key(), as_dict=True) | {"kid": "ed"},
    {"kty": "oct", "kid": "shared", "k": "YSBzZWNyZXQgdGhhdCBzb21lYm9keSBwdWJsaXNoZWQ"},
    {"kty": "RSA", "kid": "broken"},
    "not even a key",
]


class Publisher:
    """A real HTTP server that publishes keys, and misbehaves when told to."""

    def __init__(self) -> None:
        self.keys = list(PUBLISHED)
        self.status = 200
        self.body: bytes | None = None
        self.asked = 0
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.asked += 1
                body = publisher.body
                if body is None:
                    body = json.dumps({"keys": publisher.keys}).encode()
                self.send_response(publisher.status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Location", f"{publisher.url}/elsewhere")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    publisher = Publisher()
    thread = threading.Thread(target=publisher.server.serve_forever, args=(0.01,))
    thread.start()
    yield publisher
    publisher.server.shutdown()
    publisher.server.server_close()
    thread.join()


@pytest.fixture
def hand() -> FakeClock:
    return FakeClock()


@pytest.fixture
def outside(publisher: Publisher, hand: FakeClock) -> OutsideIssuer:
    return OutsideIssuer(ISSUER, "demo", KeySet(publisher.url, clock=hand))


@pytest.fixture
def ours() -> Settings:
    return Settings(home=Path(), database_url="", redis_url="", secret_key="s" * 40)


def _token(
    key: Any = RSA_KEY,
    algorithm: str = "RS256",
    kid: Any = "rsa",
    headers: dict[str, Any] | None = None,
    **changes: Any,
) -> str:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": "taskyard",
        "iat": now,
        "exp": now + 60,
        "sub": "anna@example.org",
        "role": "buyer",
    } | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    head = {"kid": kid} if kid is not None else {}
    return jwt.encode(kept, key, algorithm, headers=head | (headers or {}))


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"),
    [(RSA_KEY, "RS256", "rsa"), (EC_KEY, "ES256", "ec"), (ED_KEY, "EdDSA", "ed")],
)
def test_a_token_signed_by_a_published_key_is_believed(
    ours: Settings, outside: OutsideIssuer, key: Any, algorithm: str, kid: str
) -> None:
    claims = verify_token(ours, _token(key, algorithm, kid), outside)

    assert (claims.account, claims.role, claims.user) == ("demo", Role.BUYER, "anna@example.org")


def test_a_person_is_named_by_user_where_the_token_has_one(
    ours: Settings, outside: OutsideIssuer
) -> None:
    claims = verify_token(ours, _token(role="validator", user="anna"), outside)

    assert (claims.role, claims.user) == (Role.VALIDATOR, "anna")


def _hs_with_the_public_key() -> str:
    """The library refuses to sign so: put together by hand."""
    public = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = _token(SHARED, "HS256", "rsa").rsplit(".", 1)[0]
    signature = hmac.digest(public, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _by_a_weak_key() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", jwt.InsecureKeyLengthWarning)
        return _token(WEAK_KEY, kid="weak")


FORGED = {
    "HS256 by the public key": _hs_with_the_public_key(),
    "HS256 by a published secret": _token(SHARED, "HS256", "shared"),
    "none": _token(None, "none", "rsa"),
    "by a stranger's key": _token(STRANGER),
    "by a weak key": _by_a_weak_key(),
    "by a key that encrypts": _token(kid="encrypts"),
    "by a broken key": _token(kid="broken"),
    "another key's algorithm": _token(kid="ec"),
    "another algorithm of the key": _token(RSA_KEY, "PS256"),
    "an unknown key": _token(kid="unknown"),
    "no key named among several": _token(kid=None),
    "a key id that is too long": _token(kid="x" * 300),
    "a key brought along": _token(STRANGER, headers={"jwk": _rsa("rsa", STRANGER)}),
    "role operator": _token(role="operator"),
    "role admin": _token(role="admin"),
    "no role": _token(role=None),
    "another audience": _token(aud="elsewhere"),
    "no audience": _token(aud=None),
    "expired": _token(exp=int(time.time()) - 60),
    "no exp": _token(exp=None),
    "no iat": _token(iat=None),
    "no subject": _token(sub=None),
    "our issuer's name": _token(iss="taskyard"),
    "a third issuer": _token(iss="https://else.where"),
    "an issuer alike": _token(iss=f"{ISSUER}/"),
    "a subject that names nobody": _token(role="validator", sub=""),
    "a logout token": _token(headers={"typ": "logout+jwt"}),
    "our own type": _token(headers={"typ": "taskyard+jwt"}),
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
def test_a_token_that_the_issuer_did_not_mean_for_us_is_refused(
    ours: Settings, outside: OutsideIssuer, token: str
) -> None:
    with pytest.raises(TokenRefused):
        verify_token(ours, token, outside)


def test_without_another_issuer_set_its_tokens_are_refused(ours: Settings) -> None:
    assert open_outside_issuer(ours) is None
    with pytest.raises(TokenRefused, match="issuer is not known"):
        verify_token(ours, _token(), None)


def test_our_own_tokens_need_no_keys_of_the_other_issuer(
    ours: Settings, outside: OutsideIssuer, publisher: Publisher
) -> None:
    account_id = new_id()

    assert verify_token(ours, issue_token(ours, account_id, "buyer"), outside).account == account_id
    assert publisher.asked == 0


def test_keys_are_fetched_once_for_many_threads(
    outside: OutsideIssuer, publisher: Publisher
) -> None:
    token = _token()
    threads = [threading.Thread(target=outside.verify, args=(token,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert publisher.asked == 1


def test_a_new_key_is_found_and_made_up_ones_cost_no_more_fetches(
    outside: OutsideIssuer, publisher: Publisher, hand: FakeClock
) -> None:
    outside.verify(_token())
    publisher.keys.append(_rsa("new", STRANGER))
    hand.advance(PAUSE_SECONDS)
    outside.verify(_token(STRANGER, kid="new"))
    for number in range(20):
        with pytest.raises(TokenRefused):
            outside.verify(_token(kid=f"made up {number}"))

    assert publisher.asked == 2


def test_a_withdrawn_key_stops_working(
    outside: OutsideIssuer, publisher: Publisher, hand: FakeClock
) -> None:
    outside.verify(_token())
    publisher.keys = [_rsa("new", STRANGER)]
    hand.advance(REFRESH_SECONDS + 1)

    with pytest.raises(TokenRefused):
        outside.verify(_token())


def test_a_single_key_needs_no_name(outside: OutsideIssuer, publisher: Publisher) -> None:
    publisher.keys = [_rsa("rsa")]

    assert outside.verify(_token(kid=None)).account == "demo"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, None),
        (404, None),
        (302, None),
        (200, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"keys": 1}'),
        (200, b" " * (1024 * 1024 + 1)),
    ],
)
def test_an_issuer_that_cannot_be_asked_is_unavailable_until_it_can(
    outside: OutsideIssuer, publisher: Publisher, hand: FakeClock, status: int, body: bytes | None
) -> None:
    publisher.status, publisher.body = status, body
    for _ in range(3):
        with pytest.raises(Unavailable):
            outside.verify(_token())
    assert publisher.asked == 1

    publisher.status, publisher.body = 200, None
    hand.advance(PAUSE_SECONDS)
    assert outside.verify(_token()).account == "demo"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "file:///etc/passwd", "nonsense"])
def test_an_address_that_answers_nothing_is_unavailable(url: str) -> None:
    with pytest.raises(Unavailable):
        OutsideIssuer(ISSUER, "demo", KeySet(url)).verify(_token())


def test_known_keys_bridge_a_day_of_silence_and_no_more(
    outside: OutsideIssuer, publisher: Publisher, hand: FakeClock
) -> None:
    outside.verify(_token())
    publisher.status = 503
    hand.advance(LONGEST_SECONDS - 1)
    assert outside.verify(_token()).account == "demo"

    hand.advance(2)
    with pytest.raises(Unavailable):
        outside.verify(_token())


def test_the_settings_name_the_issuer(publisher: Publisher, tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        database_url="",
        redis_url="",
        secret_key="s" * 40,
        jwks_url=publisher.url,
        jwks_issuer=ISSUER,
        jwks_account="demo",
    )

    assert verify_token(settings, _token(), open_outside_issuer(settings)).account == "demo"
