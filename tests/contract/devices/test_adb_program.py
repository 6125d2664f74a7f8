"""Our ADB server is one to the real ADB program, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adb.phone import TIKTOK, Phone
from tests.adb.program import AdbProgram
from tests.adb.server import AdbServer
from tests.contract.devices.publishing import SERIAL


@pytest.fixture
def program(server: AdbServer, tmp_path: Path) -> AdbProgram:
    """The program, as a client of our server."""
    return AdbProgram(tmp_path, server.port)


@pytest.mark.usefixtures("phone")
def test_the_program_lists_our_telephone(program: AdbProgram) -> None:
    assert f"{SERIAL}\tdevice" in program.run("devices").stdout


def test_the_program_pushes_and_pulls_a_file(
    program: AdbProgram, phone: Phone, tmp_path: Path
) -> None:
    sent, got = tmp_path / "sent.mp4", tmp_path / "got.mp4"
    sent.write_bytes(bytes(range(256)) * 1000)

    assert program.run("-s", SERIAL, "push", sent, "/sdcard/DCIM/clip.mp4").returncode == 0
    assert program.run("-s", SERIAL, "pull", "/sdcard/DCIM/clip.mp4", got).returncode == 0

    assert phone.files["/sdcard/DCIM/clip.mp4"].content == sent.read_bytes()
    assert got.read_bytes() == sent.read_bytes()


@pytest.mark.usefixtures("phone")
def test_the_program_runs_commands_and_learns_their_status(program: AdbProgram) -> None:
    listed = program.run("-s", SERIAL, "shell", f"pm list packages {TIKTOK}")
    assert (listed.returncode, listed.stdout) == (0, f"package:{TIKTOK}\n")
    assert program.run("-s", SERIAL, "shell", "nobody").returncode == 127


def test_the_program_is_told_why_a_telephone_is_not_ready(
    program: AdbProgram, phone: Phone
) -> None:
    phone.state = "unauthorized"
    assert "unauthorized" in program.run("-s", SERIAL, "shell", "ls").stderr
