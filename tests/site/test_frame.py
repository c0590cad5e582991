"""Within a practice's homepage, which has an origin of its own."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.site.helpers import OpenPage, channels, link, moment, spoken
from tests.site_of_tests import Site


class Homepage:
    """Serves one page at http://localhost:<port>/ with the two lines of the snippet in it."""

    def __init__(self) -> None:
        self.html = ""
        home = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(home.html.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/"

    def carry(self, site: Site, address: str) -> None:
        snippet = f'<div data-terminwerk="{address}"></div>\n<script src="{site.url}/embed.js" defer></script>'
        head = '<!doctype html><html lang="de"><title>Praxis</title><link rel="icon" href="data:,"><h1>Unsere Praxis</h1>'
        self.html = f"{head}\n{snippet}\n<p>Anfahrt</p></html>"


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
