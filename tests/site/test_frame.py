"""Within a practice's homepage, which has an origin of its own."""

import json
import threading
from collections.abc import Callable, Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from tests.site.helpers import OpenPage, channels, link, moment, spoken
from tests.site_of_tests import Site


class Homepage:
    """Serves one page at http://localhost:<port>/, with the two lines of the snippet in it unless said otherwise."""

    def __init__(self) -> None:
        self.html = self.policy = ""
        home = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if home.policy:
                    self.send_header("Content-Security-Policy", home.policy)
                self.end_headers()
                self.wfile.write(home.html.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/"

    def carry(self, site: Site, address: str) -> None:
        self.hold(f"{place(address)}\n{script(site)}")

    def hold(self, snippet: str) -> None:
        head = '<!doctype html><html lang="de"><title>Praxis</title><link rel="icon" href="data:,"><h1>Unsere Praxis</h1>'
        self.html = f"{head}\n{HEARD}\n{snippet}\n<p>Anfahrt</p></html>"


HEARD = """<script>
heard = [];
for (const name of ["ready", "booked"])
  addEventListener(`terminwerk:${name}`, ({target, detail}) => heard.push([name, target.className, detail]));
</script>"""
"""Keeps the events of the page."""


def place(address: str) -> str:
    return f'<div class="place" data-terminwerk="{escape(address)}"><a href="{escape(address)}">Termin anfragen</a></div>'


def script(site: Site, how: str = "defer") -> str:
    return f'<script src="{site.url}/embed.js" {how}></script>'


@pytest.fixture
def homepage() -> Iterator[Homepage]:
    home = Homepage()
    thread = threading.Thread(target=home.server.serve_forever, daemon=True)
    thread.start()
    yield home
    home.server.shutdown()
    home.server.server_close()
    thread.join()


def fits(page: Page, frame: FrameLocator) -> None:
    """The frame is as tall as what it holds: nothing in it is cut off or has to be scrolled."""
    tall = frame.locator("body").evaluate("body => Math.ceil(body.getBoundingClientRect().height)")
    expect(page.locator("iframe")).to_have_css("height", f"{tall}px")


def test_a_customer_books_within_a_homepage_of_another_origin(site: Site, page: Page, homepage: Homepage) -> None:
    start = moment(1, 9)
    homepage.carry(site, link(site, site.branch()))
    page.goto(homepage.url)
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name=f"{spoken(start)}, frei").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Ihre Angaben")
    fits(page, frame)
    frame.get_by_label("Nachname", exact=True).fill("Jansen")
    frame.get_by_label("E-Mail-Adresse").fill("jansen@posteo.de")
    frame.get_by_role("button", name="Termin anfragen").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Anfrage erhalten – noch nicht bestätigt")
    fits(page, frame)
    assert page.evaluate("heard") == [["ready", "place", {}], ["booked", "place", {"status": "proposed"}]]
    expect(frame.get_by_role("link", name="Ihren Termin ansehen")).to_have_attribute("target", "_blank")
    expect(frame.get_by_role("link", name="Impressum")).to_have_attribute("rel", "noopener")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_frame_grows_and_shrinks_with_its_content(site: Site, open_page: OpenPage, homepage: Homepage, width: int) -> None:
    page = open_page(width=width)
    homepage.carry(site, link(site, site.branch()))
    page.goto(homepage.url)
    frame = page.frame_locator("iframe")
    expect(frame.locator(".slot").first).to_be_attached()
    fits(page, frame)
    expect(page.locator("iframe")).to_have_attribute("title", "Wann möchten Sie kommen? – Hörakustik Elbufer")
    page.set_viewport_size({"width": 800 if width < 600 else 400, "height": 800})
    fits(page, frame)


def test_a_new_step_is_scrolled_into_view(site: Site, page: Page, homepage: Homepage) -> None:
    homepage.carry(site, link(site, site.branch()))
    page.goto(homepage.url)
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name=f"{spoken(moment(1, 17, 30))}, frei").click()
    heading = frame.get_by_role("heading", level=1, name="Ihre Angaben")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()


def test_a_message_from_elsewhere_is_not_believed(site: Site, page: Page, homepage: Homepage) -> None:
    homepage.carry(site, link(site, site.branch()))
    page.goto(homepage.url)
    frame = page.frame_locator("iframe")
    expect(frame.locator(".slot").first).to_be_attached()
    fits(page, frame)
    page.evaluate("postMessage({terminwerk: {height: 77}}, '*')")
    fits(page, frame)


def test_the_customers_own_page_cannot_be_framed(site: Site, page: Page, homepage: Homepage) -> None:
    answer = page.request.get(f"{site.url}/manage.html")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_unframed_the_page_stays_in_its_window(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch()))
    assert page.get_by_role("link", name="Impressum").get_attribute("target") is None


@pytest.mark.parametrize("width", [1280, 360])
def test_the_month_fits_into_the_frame(site: Site, open_page: OpenPage, homepage: Homepage, width: int) -> None:
    page = open_page(width=width)
    homepage.carry(site, link(site, site.branch()))
    page.goto(homepage.url)
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Monat zeigen").click()
    expect(frame.get_by_role("heading", level=1, name="Welcher Tag passt Ihnen?")).to_be_focused()
    frame.get_by_role("button", name="Späterer Monat").click()
    expect(frame.locator("#month_back")).to_be_enabled()
    fits(page, frame)
    assert frame.locator("html").evaluate("html => html.scrollWidth <= html.clientWidth")
    frame.locator("td button").last.click()
    expect(frame.get_by_role("heading", level=1, name="Wann möchten Sie kommen?")).to_be_focused()
    expect(frame.locator(".slot").first).to_be_attached()
    fits(page, frame)


def test_in_a_homepage_the_page_is_light_whatever_the_visitor_prefers(
    site: Site, open_page: OpenPage, homepage: Homepage
) -> None:
    """Most homepages are."""
    page = open_page(color_scheme="dark")
    address = link(site, site.branch())
    homepage.carry(site, address)
    page.goto(homepage.url)
    body = page.frame_locator("iframe").locator("body")
    expect(body.locator(".slot").first).to_be_attached()
    ground = "body => getComputedStyle(body).backgroundColor"
    assert min(channels(body.evaluate(ground))) > 240
    page.goto(address)
    expect(page.locator(".slot").first).to_be_attached()
    assert max(channels(page.locator("body").evaluate(ground))) < 40


def inserted(what: str) -> str:
    """The same, put there by a script once the page has come."""
    made = json.dumps(what).replace("</", "<\\/")
    return (
        "<script>addEventListener('load', () => setTimeout(() => "
        f"document.body.append(document.createRange().createContextualFragment({made}))))</script>"
    )


HOWS: dict[str, Callable[[Site, str], str]] = {
    "async": lambda site, address: script(site, "async") + place(address),
    "a module": lambda site, address: script(site, 'type="module"') + place(address),
    "the div comes later": lambda site, address: script(site) + inserted(place(address)),
    "the script comes later": lambda site, address: place(address) + inserted(script(site)),
    "imported": lambda site, address: place(address) + f'<script type="module">import("{site.url}/embed.js")</script>',
    "both lines twice": lambda site, address: 2 * (place(address) + script(site)),
}


@pytest.mark.parametrize("how", HOWS)
def test_the_page_comes_however_the_lines_are_put_in(site: Site, page: Page, homepage: Homepage, how: str) -> None:
    homepage.hold(HOWS[how](site, link(site, site.branch())))
    page.goto(homepage.url)
    count = 2 if how == "both lines twice" else 1
    expect(page.locator("iframe")).to_have_count(count)
    for index in range(count):
        expect(page.frame_locator("iframe").nth(index).locator(".slot").first).to_be_attached()
    expect(page.get_by_role("link", name="Termin anfragen")).to_have_count(0)


def test_the_link_stays_until_the_frame_speaks(site: Site, page: Page, homepage: Homepage) -> None:
    page.clock.install()
    page.route(f"{site.url}/?*", lambda _: None)  # neither comes nor fails
    homepage.carry(site, link(site, site.branch()))
    page.goto(homepage.url, wait_until="domcontentloaded")
    instead, room = page.get_by_role("link", name="Termin anfragen"), page.locator(".place")
    expect(instead).to_be_visible()
    expect(page.locator("iframe")).to_be_hidden()
    page.clock.fast_forward(10_000)
    expect(instead).to_be_visible()
    assert room.evaluate("each => each.offsetHeight") < 50
    page.unroute(f"{site.url}/?*")  # lets it come
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()
    expect(instead).to_have_count(0)
    assert page.evaluate("heard") == [["ready", "place", {}]]


def test_a_homepage_that_forbids_the_frame_has_the_link(site: Site, browser: Browser, homepage: Homepage) -> None:
    """An empty div gets one too."""
    address = link(site, site.branch())
    homepage.policy = "frame-src 'none'"
    homepage.hold(f'<div data-terminwerk="{escape(address)}"></div>{script(site)}')
    with browser.new_context() as context:
        page = context.new_page()
        page.clock.install()
        page.goto(homepage.url)
        expect(page.locator("iframe")).to_have_count(1)
        page.clock.fast_forward(10_000)
        expect(page.get_by_role("link")).to_have_attribute("href", address)
        expect(page.locator("iframe")).to_be_hidden()


def test_a_page_from_elsewhere_is_not_shown(site: Site, page: Page, homepage: Homepage) -> None:
    homepage.hold(place("https://example.org/?a=elsewhere") + place("https://") + place("javascript:alert(1)") + script(site))
    with page.expect_console_message(lambda message: message.type == "warning"):
        page.goto(homepage.url)
    expect(page.get_by_role("link", name="Termin anfragen")).to_have_count(3)
    expect(page.locator("iframe")).to_have_count(0)


STICKY = '<header style="position:sticky;top:0;height:120px;background:#fff;z-index:1">Praxis</header>'
HOSTS = {
    "scrolls in a container": ("height:100vh;overflow:auto", ""),
    "hides overflow": ("height:100vh;overflow:hidden", ""),
    "has a header that stays": ("", STICKY),
    "has both": ("height:100vh;overflow:auto", STICKY),
}


@pytest.mark.parametrize("host", HOSTS)
def test_a_homepage_is_scrolled_whichever_way_it_scrolls(site: Site, page: Page, homepage: Homepage, host: str) -> None:
    style, header = HOSTS[host]
    filler = '<p style="height:300px">Über uns</p>'
    shown = place(link(site, site.branch())) + script(site)
    homepage.hold(f'<style>body{{margin:0}}</style><div style="{style}">{header}{filler}{shown}{5 * filler}</div>')
    page.set_viewport_size({"width": 1280, "height": 600})
    page.goto(homepage.url)
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name=f"{spoken(moment(1, 17, 30))}, frei").click()
    heading = frame.get_by_role("heading", level=1, name="Ihre Angaben")
    expect(heading).to_be_focused()
    in_sight(page, heading)
    frame.get_by_role("button", name="Termin anfragen").click()
    errors = frame.locator("#errors")
    expect(errors).to_be_focused()
    in_sight(page, errors)


def in_sight(page: Page, element: Locator) -> None:
    """Its beginning is within the window, and nothing of the homepage lies over it."""
    expect(element).to_be_in_viewport()
    seen = """([x, y]) => document.elementFromPoint(x, y)?.tagName"""

    def over() -> str:
        box = element.bounding_box()
        assert box
        return str(page.evaluate(seen, [box["x"] + 5, box["y"] + 3]))

    assert over() == "IFRAME"


@pytest.mark.parametrize("width", [1280, 360])
def test_a_plain_frame_scrolls_itself(site: Site, open_page: OpenPage, homepage: Homepage, width: int) -> None:
    """Without our script, taller than a phone."""
    page = open_page(width=width)
    address = link(site, site.branch())
    homepage.hold(f'<iframe src="{escape(address)}" title="Termin" style="width:100%;height:900px"></iframe>')
    page.goto(homepage.url)
    frame = page.frame_locator("iframe")
    slots = frame.locator("terminwerk-week button.slot:visible")
    slots.first.wait_for()
    slots.last.click()
    heading = frame.get_by_role("heading", level=1, name="Ihre Angaben")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    assert frame.locator("html").evaluate("scrollY") == 0
    frame.get_by_role("button", name="Termin anfragen").click()
    errors = frame.locator("#errors")
    expect(errors).to_be_focused()
    expect(errors.get_by_role("link").first).to_be_in_viewport()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_link_opens_the_page_in_a_dialog(site: Site, open_page: OpenPage, homepage: Homepage, width: int) -> None:
    """By keyboard alone; what was typed is still there when it is opened again."""
    page = open_page(width=width)
    address = link(site, site.branch(), "&l=en")
    homepage.hold(f'<a class="opener" href="{escape(address)}" data-terminwerk-dialog>Termin anfragen</a>{script(site)}')
    page.goto(homepage.url)
    opener, dialog = page.locator(".opener"), page.get_by_role("dialog", name="Termin anfragen")
    opener.press("Enter")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    frame = page.frame_locator("iframe")
    frame.locator("button.slot:visible").first.press("Enter")
    expect(frame.get_by_role("heading", level=1, name="Your details")).to_be_focused()
    last_name = frame.get_by_label("Last name", exact=True)
    last_name.fill("Jansen")
    if width == 360:
        assert (dialog.bounding_box() or {}).items() >= {"x": 0, "y": 0, "width": 360, "height": 740}.items()
    last_name.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    expect(last_name).to_have_value("Jansen")
    dialog.get_by_role("button", name="Close").press("Escape")
    expect(opener).to_be_focused()
    assert page.evaluate("heard") == [["ready", "opener", {}]]


def test_without_its_script_the_dialogs_link_is_a_link(site: Site, page: Page, homepage: Homepage) -> None:
    """As it is for those who want a window of its own."""
    address = link(site, site.branch())
    homepage.hold(f'<a href="{escape(address)}" data-terminwerk-dialog>Termin anfragen</a>{script(site)}')
    page.goto(homepage.url)
    with page.context.expect_page() as opened:
        page.get_by_role("link").click(modifiers=["ControlOrMeta"])
    expect(opened.value).to_have_url(address)
    expect(page.get_by_role("dialog")).to_have_count(0)
