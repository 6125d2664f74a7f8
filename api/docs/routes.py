"""The page, and the files that it is made of: all of them served by us, so that it works offline.

It is Swagger UI as the package ``flask-swagger-ui`` brings it, without that package's own page:
its script stands inline, which no strict policy allows.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from api.failure import Kind, Rejected

OURS = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing but our own files, and nothing inline; pictures of the style sheet are data."""
PAGE, OWN_FILES = "page.html", ("start.js", "page.css")
UI_FILES = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png", "LICENSE")

blueprint = Blueprint("docs", __name__)


@blueprint.get("/docs", strict_slashes=False)
def page() -> Response:
    """The page."""
    return _sent(OURS, PAGE)


@blueprint.get("/docs/<name>")
def file(name: str) -> Response:
    """One of the files that the page asks for."""
    if name in OWN_FILES:
        return _sent(OURS, name)
    if name in UI_FILES:
        return _sent(ui_folder(), name)
    raise Rejected(Kind.NOT_FOUND, "There is nothing at this address.")


def ui_folder() -> Path:
    """Where the package keeps the files of Swagger UI; it is not imported."""
    return Path(str(distribution("flask-swagger-ui").locate_file("flask_swagger_ui/dist")))


def _sent(folder: Path, name: str) -> Response:
    """A file, to be asked for again each time: an unchanged one costs a 304."""
    response = send_from_directory(folder, name, conditional=True, max_age=0)
    response.headers["Content-Security-Policy"] = POLICY
    return response
