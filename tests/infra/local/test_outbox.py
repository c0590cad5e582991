"""What the local AWS has sent is read once, and whoever waits for it is woken."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from infra.local import outbox
from infra.local.outbox import Outbox
from tests.race import PATIENCE


def arrive(folder: Path, number: int) -> str:
    """A text that the local AWS writes down; its name."""
    name = f"{number:013d}-{number:08x}"
    request = {"PhoneNumber": "+491713920077", "Message": f"Text {number}"}
    kept = {"id": name, "message_id": name, "received": float(number), "request": request}
    (folder / f"{name}.json").write_text(json.dumps(kept))
    return name


def test_a_message_is_read_once_however_often_somebody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[Path] = []
    read = outbox.read

    def counted(file: Path) -> Any:
        files.append(file)
        return read(file)

    monkeypatch.setattr(outbox, "read", counted)
    sent = Outbox(tmp_path)
    for number in range(5):
        arrive(tmp_path, number)
        assert [each.text for each in sent.texts()] == [f"Text {n}" for n in range(number, -1, -1)]
    assert len(files) == 5


def test_what_was_cleared_is_there_no_more(tmp_path: Path) -> None:
    sent = Outbox(tmp_path)
    name = arrive(tmp_path, 1)
    assert len(sent.messages()) == 1
    sent.clear()
    assert (sent.messages(), sent.message(name)) == ([], None)


def test_who_waits_is_woken_by_whoever_sends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "LOOK_SECONDS", 2 * PATIENCE)
    sent, looked = Outbox(tmp_path), threading.Event()

    def send() -> None:
        looked.wait(PATIENCE)
        arrive(tmp_path, 1)
        sent.tell()

    def look() -> list[Any]:
        found = sent.messages()
        looked.set()
        return found

    sending = threading.Thread(target=send)
    sending.start()
    assert len(sent.wait_for(look, PATIENCE)) == 1
    sending.join()


def test_who_waits_sees_what_another_process_sends(tmp_path: Path) -> None:
    sent, looks = Outbox(tmp_path), list[int]()

    def look() -> list[Any]:
        if looks:
            arrive(tmp_path, 1)  # and tells nobody
        looks.append(1)
        return list(sent.messages())

    assert len(sent.wait_for(look, PATIENCE)) == 1


def test_who_waits_in_vain_gets_what_was_found_last(tmp_path: Path) -> None:
    assert Outbox(tmp_path).wait_for(list, 0) == []
