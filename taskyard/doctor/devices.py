"""Devices with an ADB link: whether the server that leads to them answers."""

from __future__ import annotations

from collections.abc import Mapping

from shared.devices.adb_link import READY, NoAdbServer, device_states
from shared.devices.presence import linked_devices
from taskyard.doctor.finding import Finding, Findings, ok, warn
from taskyard.doctor.subject import Subject

ABOUT = "ADB server"


def look_at_devices(subject: Subject) -> Findings:
    """Whether the ADB server has the devices that it is to lead to; nothing where there are none.

    Tasks of other devices wait for nothing here.
    """
    serials = [device.serial for device in linked_devices(subject.yard.store)]
    if not serials:
        return
    try:
        states = device_states(subject.settings.adb_server)
    except NoAdbServer:
        told = f"It does not answer at {subject.settings.adb_server}: tasks of its devices wait."
        yield warn(ABOUT, told, "Start it (`adb start-server`), or correct TASKYARD_ADB_SERVER.")
        return
    yield judged(serials, states)


def judged(serials: list[str], states: Mapping[str, str]) -> Finding:
    """What the server says of the devices with a link. Pure."""
    away = [serial for serial in serials if states.get(serial) != READY]
    if not away:
        return ok(ABOUT, f"has all devices with a link: {len(serials)}")
    told = f"It has not {', '.join(away[:10])} ({len(away)} of {len(serials)}): their tasks wait."
    return warn(ABOUT, told, "`adb devices` says how it sees them; a task's remark says more.")
