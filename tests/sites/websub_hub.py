"""A WebSub hub, as PubSubHubbub 0.4, section 7, has it: it looks at a feed that it is told of.

https://pubsubhubbub.github.io/PubSubHubbub/pubsubhubbub-core-0.4.html#rfc.section.7,
https://www.w3.org/TR/websub/#discovery
"""

from __future__ import annotations

from urllib.request import urlopen
from xml.etree import ElementTree

from tests.sites.faulty_site import Asked, FaultySite, Reply, Wrong

LINK = "{http://www.w3.org/2005/Atom}link"


class WebSubHub(FaultySite):
    """The hub. ``seen`` are the guids of the newest feed that it was told of."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def named(self, asked: Asked) -> str:
        """There is one call."""
        if (asked.method, asked.url.path) != ("POST", "/hub"):
            raise Wrong("there is no such call")
        return "publish"

    def refusal(self, message: str) -> Reply:
        """The answer to a request that is wrong."""
        return Reply(400, {"error": message})

    def carried_out(self, call: str, asked: Asked) -> Reply:
        """Fetch the feed: it has to name this hub and its own address."""
        form = asked.form
        self.expect(set(form) == {"hub.mode", "hub.url"}, f"fields: {sorted(form)}")
        self.expect(form["hub.mode"] == call, f"hub.mode: {form['hub.mode']}")
        with urlopen(form["hub.url"]) as answer:
            channel = ElementTree.fromstring(answer.read()).find("channel")
        assert channel is not None
        links = {(link.get("rel"), link.get("href")) for link in channel.iterfind(LINK)}
        wanted = {("hub", f"{self.url}/hub"), ("self", form["hub.url"])}
        self.expect(wanted <= links, f"the feed's links: {links}")
        self.seen = [guid.text or "" for guid in channel.iterfind("item/guid")]
        return Reply(202, {})
