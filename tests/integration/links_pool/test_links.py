"""The links pool makes links where no remote server offers to: each once, whatever happens."""

from __future__ import annotations

from shared.links.service import Service
from shared.tasks.status import Status
from tests.linking_yard import LINKS, WEBSITE, LinkingYard
from tests.sites.faulty_site import CUT_AFTER
from tests.sites.mastodon_server import MastodonServer


def test_a_post_is_made_and_its_link_is_the_result(
    linking: LinkingYard, site: MastodonServer
) -> None:
    task_id = linking.order(site.url)
    linking.work()
    task = linking.task(task_id)
    assert task.status is Status.COMPLETED
    (posted,) = site.posted
    assert WEBSITE in posted.text
    assert task.result == {
        "link_profile": "https://example.social/@ann",
        "link_post": posted.shown()["url"],
        "note": "",
        "is_indexed": None,
    }
    assert task.detail is not None
    assert task.detail["noted"]["made"] == posted.id


def test_an_attempt_that_follows_finds_what_the_one_before_posted(
    linking: LinkingYard, site: MastodonServer
) -> None:
    task_id = linking.order(site.url)
    site.misbehave("post", CUT_AFTER)
    linking.work()
    task = linking.task(task_id)
    assert (task.status, task.retry_count) == (Status.PENDING, 1)
    assert task.not_before is not None
    assert 20 < (task.not_before - task.updated_at).total_seconds() < 40
    linking.hurry(task_id)
    linking.work()
    assert linking.task(task_id).status is Status.COMPLETED
    assert len(site.posted) == 1


def test_what_a_site_will_never_take_fails_at_once_and_tells_no_password(
    linking: LinkingYard, site: MastodonServer
) -> None:
    task_id = linking.order(site.url, password="another token")
    linking.work()
    task = linking.task(task_id)
    assert (task.status, task.retry_count) == (Status.FAILED, 0)
    assert (task.error or {})["code"] == "SIGN_IN_REFUSED"
    assert "another token" not in str(task)


def test_a_kind_of_site_that_cannot_do_a_service_is_named(linking: LinkingYard) -> None:
    task_id = linking.order("https://social.example", Service.PODCAST)
    linking.work()
    message = (linking.task(task_id).error or {})["message"]
    assert message == "kind: podcast can be done at feed; this site's kind is mastodon."


def test_a_task_of_a_campaign_is_told_the_campaigns_words(
    linking: LinkingYard, site: MastodonServer
) -> None:
    campaign_id = linking.campaign(config={"text": "Look: {website}"}, website="https://a.example")
    task_id = linking.order(site.url, target_id=campaign_id, website="", name="")
    linking.work()
    assert linking.task(task_id).status is Status.COMPLETED
    assert site.posted[0].text == "Look: https://a.example"


def test_links_are_for_servers_where_one_offers_the_service(
    linking: LinkingYard, site: MastodonServer
) -> None:
    linking.register("w1", ["social"])
    post, profile = linking.order(site.url), linking.order(site.url, Service.ENTITY)
    linking.work()
    assert linking.task(post).status is Status.PENDING
    assert linking.task(profile).status is Status.COMPLETED


def test_the_pool_has_a_type_for_every_service(linking: LinkingYard) -> None:
    assert {kind.service for kind in LINKS} == {service.value for service in Service}
    assert {(k.name.lower(), k.queue, k.service) for k in LINKS} == {(s,) * 3 for s in Service}
