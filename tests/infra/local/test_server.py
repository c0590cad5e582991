"""What is served beside the API: the site as the CDN would, and the local run's own pages."""

import gzip
import json
import time
from pathlib import Path

import pytest

from infra.local import web
from infra.local.engine import REGION
from infra.local.outbox import Outbox
from infra.local.pages import FOLDER, LANGUAGES, Pages, with_links_in_new_windows
from infra.local.server import RESET, Application
from infra.local.site import Files, in_folder, of_site
from infra.site.build import vendor_files
from tests.infra.asking import ask

MAIL = {
    "id": "1795449501373-c6390cff",
    "message_id": "c6390cff@example.org",
    "received": 1795449501.3,
    "request": {
        "FromEmailAddress": "termine@example.org",
        "Destination": {"ToAddresses": ["kundin@example.org"]},
        "Content": {
            "Simple": {
                "Subject": {"Data": "<script>alert(1)</script>"},
                "Body": {
                    "Text": {"Data": "http://127.0.0.1/manage.html#token <script>"},
                    "Html": {"Data": "<html><head></head><body><script>alert(1)</script></body></html>"},
                },
            }
        },
    },
}
SMS = {
    "id": "1795449502373-0a1b2c3d",
    "message_id": "0a1b2c3d",
    "received": 1795449502.3,
    "request": {"PhoneNumber": "+491713920077", "Message": "Praxis: <script>\nhttp://127.0.0.1/manage.html#token"},
}


def nothing(_: object) -> web.Answer:
    return web.error(404, "not_found", "")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "staff").mkdir(parents=True)
    for name in ("index.html", "manage.html", "staff/planner.html"):
        (folder / name).write_text(f"<!doctype html><title>{name}</title>")
    (folder / "booking.js").write_text("// nothing\n" * 200)
    (folder / ".hidden.txt").write_text("hidden")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def application(tmp_path: Path, site: Path) -> Application:
    mails = tmp_path / "outbox"
    mails.mkdir()
    for message in (MAIL, SMS):
        (mails / f"{message['id']}.json").write_text(json.dumps(message))
    renewed = tmp_path / "renewed"
    return Application(nothing, Pages(Outbox(mails)), Files(in_folder(site)), nothing, renewed.touch)


def test_the_site_is_served_with_the_cdns_headers(application: Application) -> None:
    answer = ask(application, "/booking.js")
    assert (answer.status, answer.kind) == (200, "text/javascript; charset=utf-8")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_booking_page_may_be_framed_anywhere(application: Application) -> None:
    answer = ask(application, "/?a=demo-showroom")
    assert b"<title>index.html" in answer.body
    assert "frame-ancestors" not in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers


@pytest.mark.parametrize("path", ["/manage.html", "/staff/planner.html"])
def test_the_customers_own_page_and_the_staff_pages_may_not_be_framed(application: Application, path: str) -> None:
    answer = ask(application, path)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert (answer.headers["X-Frame-Options"], answer.headers["Referrer-Policy"]) == ("DENY", "no-referrer")


def test_only_the_staff_pages_may_speak_to_cognito(application: Application) -> None:
    cognito = f"connect-src 'self' https://cognito-idp.{REGION}.amazonaws.com;"
    assert cognito in ask(application, "/staff/planner.html").headers["Content-Security-Policy"]
    assert "cognito" not in ask(application, "/manage.html").headers["Content-Security-Policy"]


def test_the_site_is_served_as_it_is_built(tmp_path: Path) -> None:
    files = Files(of_site(lambda: {"scripts/page.js": b"export {};"}))
    application = Application(nothing, Pages(Outbox(tmp_path)), files, nothing, lambda: None)
    answer = ask(application, "/scripts/page.js")
    assert (answer.status, answer.kind, answer.body) == (200, "text/javascript; charset=utf-8", b"export {};")
    assert ask(application, "/scripts/../page.js").status == 404


@pytest.mark.parametrize("file", vendor_files().values(), ids=lambda file: file.name)
def test_everything_on_the_list_was_installed(file: Path) -> None:
    assert file.is_file()


def test_the_api_has_headers_of_its_own(application: Application) -> None:
    assert ask(application, "/api/v1/nothing").headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/staff/../../secret.txt", "/link.txt", "/.hidden.txt", "//etc/hosts.txt", "/staff", "/a\0.txt",
     "/local/../pages.py", "/local/start.html.py", "/outbox/../secret"],
)  # fmt: skip
def test_nothing_outside_the_site_can_be_reached(application: Application, path: str) -> None:
    answer = ask(application, path)
    assert (answer.status, json.loads(answer.body)["code"]) == (404, "not_found")


def test_an_answer_is_compressed_where_asked_for(application: Application) -> None:
    plain, packed = ask(application, "/booking.js"), ask(application, "/booking.js", accept_encoding="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["Content-Length"] == str(len(packed.body))


def test_what_has_not_changed_is_not_sent_again(application: Application) -> None:
    tag = ask(application, "/booking.js").headers["ETag"]
    assert ask(application, "/booking.js", if_none_match=tag).status == 304


def test_head_has_the_headers_of_get_and_no_body(application: Application) -> None:
    answer = ask(application, "/booking.js", "HEAD")
    assert (answer.body, answer.headers["Content-Length"]) == (b"", "2200")


@pytest.mark.parametrize("path", ["/", "/start", "/demo-homepage", "/outbox", f"/outbox/{MAIL['id']}", f"/outbox/{SMS['id']}"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_local_pages_speak_german_and_english(application: Application, path: str, language: str) -> None:
    by_address = ask(application, f"{path}?l={language}")
    by_browser = ask(application, path, accept_language=f"fr, {language}-XX;q=0.8")
    assert by_address.status == by_browser.status == 200
    assert by_address.headers["Content-Language"] == by_browser.headers["Content-Language"] == language
    assert f'<html lang="{language}">'.encode() in by_address.body


def test_the_outbox_as_json(application: Application) -> None:
    _, mail = json.loads(ask(application, "/outbox.json").body)
    assert (mail["to"], mail["from"]) == ("kundin@example.org", "termine@example.org")
    assert mail["received"] == "2026-11-23T15:58:21.300000+00:00"


def test_the_outbox_has_the_time_of_the_practices_wherever_the_machine_is(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        page = ask(application, "/outbox?l=de").body.decode()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert "23.11.2026, 16:58</time>" in page


def test_nothing_in_a_mail_becomes_part_of_the_page(application: Application) -> None:
    page = ask(application, f"/outbox/{MAIL['id']}").body.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    letter = ask(application, f"/outbox/{MAIL['id']}/html").headers["Content-Security-Policy"]
    assert "default-src 'none'" in letter
    assert "script-src" not in letter
    assert "allow-scripts" not in page + letter


def test_texts_stand_among_the_mails_the_newest_first(application: Application) -> None:
    text, mail = json.loads(ask(application, "/outbox.json").body)
    assert (text["channel"], text["to"], mail["channel"]) == ("sms", "+491713920077", "email")
    page = ask(application, "/outbox?l=de").body.decode()
    assert page.index("SMS an +491713920077") < page.index("kundin@example.org")


def test_a_text_is_shown_with_its_link_and_nothing_in_it_becomes_part_of_the_page(application: Application) -> None:
    page = ask(application, f"/outbox/{SMS['id']}").body.decode()
    assert 'href="http://127.0.0.1/manage.html#token"' in page
    assert "Praxis: &lt;script&gt;" in page
    assert ask(application, f"/outbox/{SMS['id']}/html").status == 404


def test_links_in_a_mail_open_a_window_and_the_doctype_stays_first() -> None:
    text = with_links_in_new_windows("<!doctype html><html><head lang=de><title>x</title></head></html>")
    assert text.startswith('<!doctype html><html><head lang=de><base target="_blank"><title>')
    assert with_links_in_new_windows("<p>x</p>") == '<base target="_blank"><p>x</p>'


def test_a_page_of_another_origin_cannot_renew_the_demo(application: Application, tmp_path: Path) -> None:
    assert ask(application, RESET, "POST").status == 404
    assert ask(application, RESET, "GET", terminwerk_local="1").status == 404
    assert not (tmp_path / "renewed").exists()
    assert ask(application, RESET, "POST", terminwerk_local="1").status == 200
    assert (tmp_path / "renewed").exists()


def test_an_error_tells_no_details(tmp_path: Path, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_: object) -> web.Answer:
        raise ValueError("Erika Mustermann")

    application = Application(fail, Pages(Outbox(tmp_path)), Files(in_folder(site)), nothing, lambda: None)
    answer = ask(application, "/api/v1/x?name=Erika")
    assert (answer.status, json.loads(answer.body)["code"]) == (500, "internal")
    assert capsys.readouterr().err == "request: ValueError\n"


def test_both_languages_have_the_same_texts() -> None:
    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {key: shape(each) for key, each in value.items()}
        return [shape(each) for each in value] if isinstance(value, list) else bool(value)

    german, english = (json.loads((FOLDER / f"{each}.json").read_text()) for each in LANGUAGES)
    assert shape(german) == shape(english)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000", "[::1]:8000"])
@pytest.mark.parametrize("path", ["/", "/outbox", "/api/v1/health"])
def test_this_machine_s_own_names_are_answered(application: Application, host: str, path: str) -> None:
    assert ask(application, path, host=host).status != 421


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:8000",
        "127.0.0.1",
        "127.0.0.1:8001",
        "localhost.evil.example:8000",
        "[::2]:8000",
        "@localhost:8000",
    ],
)
@pytest.mark.parametrize("path", ["/", "/outbox", "/api/v1/health", "/cognito/", "/demo/reset", "/booking.js"])
def test_a_stranger_s_name_that_leads_here_reads_nothing(application: Application, host: str, path: str) -> None:
    """DNS rebinding: a page's own host becomes 127.0.0.1 once it is loaded."""
    for method in ("GET", "POST"):
        answer = ask(application, path, method, host=host)
        assert (answer.status, json.loads(answer.body)["code"]) == (421, "misdirected")


def test_the_local_run_says_whom_to_tell_of_a_weakness(application: Application) -> None:
    answer = ask(application, "/.well-known/security.txt")
    assert (answer.status, answer.kind) == (200, "text/plain; charset=utf-8")
    assert b"Canonical: http://127.0.0.1:8000/.well-known/security.txt" in answer.body
