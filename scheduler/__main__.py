"""``python -m scheduler``: run the timetable until told to stop."""

from __future__ import annotations

import signal
from collections.abc import Sequence

from scheduler.assign_servers import AssignServers, LoseSilent
from scheduler.close_answers import close_answers
from scheduler.fire_schedules import fire_schedules, set_back_schedules
from scheduler.keep_campaigns_paused import KeepCampaignsPaused
from scheduler.look_at_devices import LookAtDevices
from scheduler.purge_blobs import PurgeBlobs
from scheduler.purge_expired import fold_counts, give_up_notices, purge_expired
from scheduler.release_due import ReleaseDue
from scheduler.rescue_stalled import RescueStalled, send_lost
from scheduler.timetable import Chore, Timetable
from scheduler.wipe_secrets import WipeSecrets
from scheduler.write_notices import WriteNotices
from shared import entry, logs
from shared.clock import SystemClock
from shared.settings import read_settings
from shared.tasks.control import keep_paused
from shared.wakeup import Stop
from shared.yard import open_yard


def chores() -> list[Chore]:
    """Every chore with its period in seconds."""
    return [
        Chore("release_due", 0.05, ReleaseDue()),
        Chore("fire_schedules", 0.25, fire_schedules),
        Chore("write_notices", 0.2, WriteNotices()),
        Chore("assign_servers", 0.25, AssignServers()),
        Chore("rescue_stalled", 1.0, RescueStalled()),
        Chore("lose_silent", 1.0, LoseSilent()),
        Chore("send_lost", 1.0, send_lost, eager=False),
        Chore("close_answers", 1.0, close_answers),
        Chore("keep_paused", 1.0, keep_paused, eager=False),
        Chore("keep_campaigns_paused", 1.0, KeepCampaignsPaused(), eager=False),
        Chore("fold_counts", 2.0, fold_counts, eager=False),
        Chore("look_at_devices", 15.0, LookAtDevices(), eager=False),
        Chore("purge_expired", 60.0, purge_expired),
        Chore("give_up_notices", 60.0, give_up_notices),
        Chore("set_back_schedules", 60.0, set_back_schedules, eager=False),
        Chore("wipe_secrets", 60.0, WipeSecrets()),
        Chore("purge_blobs", 60.0, PurgeBlobs(), eager=False),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until SIGTERM or SIGINT."""
    entry.arguments("scheduler", __doc__).parse_args(arguments)
    with entry.beginning():
        settings = read_settings()
    logs.configure(settings, "scheduler")
    stop = Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    yard = open_yard(settings, pool_size=2)
    Timetable(chores(), SystemClock()).run_until(yard, stop)
    yard.broker.close()
    yard.store.close()


if __name__ == "__main__":
    main()
