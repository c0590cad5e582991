"""How a state of a page looks at each width: what axe finds, what sticks out, what is too small to press."""

from collections.abc import Callable, Iterable, Sequence

from playwright.sync_api import Page

from tests.site.helpers import NARROW, ROOT, WIDE

Size = tuple[int, int]
DESK: Size = (WIDE, 900)
PHONE: Size = (NARROW, 740)

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async (rules) => (await axe.run(document, {resultTypes: ["violations"], preload: false, ...rules})).violations
    .map(({id, nodes}) => `${id}: ${nodes.map((node) => node.html).join(" ").slice(0, 300)}`)"""
"""Without loading sounds and style sheets beforehand: the pages have no sounds, and only rules that are off read the sheets."""
ABOUT_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
SMALL = """elements => elements.map((element) => [element.outerHTML, element.getBoundingClientRect()])
    .filter(([, {width, height}]) => height > 0 && (width < 48 || height < 48)).map(([html]) => html)"""
STICKS_OUT = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SPILLED = """() => {
    const [found, texts] = [[], document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)];
    while (texts.nextNode()) {
        const {data, parentElement: {outerHTML}} = texts.currentNode;
        if (/^(true|false|null|undefined|NaN|\\[object .*\\])$/.test(data.trim())) found.push(outerHTML.slice(0, 200));
    }
    return found;
}"""
DRAWN = """width => new Promise((done) => {
    const look = () => requestAnimationFrame(innerWidth === width ? () => requestAnimationFrame(done) : look);
    look();
})"""
"""Until the page has the width, its scripts know it, and it is drawn."""


def axe_as_it_is(page: Page) -> list[str]:
    """What axe finds in the scheme that is shown. A document is given axe once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(RUN, {})
    return found


def axe(page: Page) -> list[str]:
    """What axe finds, in the light and, as far as colours go, in the dark."""
    found = axe_as_it_is(page)
    page.emulate_media(color_scheme="dark")
    faint: list[str] = page.evaluate(RUN, ABOUT_COLOURS)
    page.emulate_media(color_scheme="light")
    return found + [f"dark: {each}" for each in faint]


def sticking_out(page: Page) -> list[str]:
    return ["sticks out"] if page.evaluate(STICKS_OUT) else []


def spilled(page: Page) -> list[str]:
    """Values of the program that are shown as if they were words."""
    found: list[str] = page.evaluate(SPILLED)
    return [f"no word: {each}" for each in found]


def problems(page: Page) -> list[str]:
    """What is too small to press on a customer's page, and whether something sticks out."""
    small: list[str] = page.locator("button:not(.date), summary, footer a").evaluate_all(SMALL)
    return small + sticking_out(page)


def size_of(page: Page) -> Size:
    viewport = page.viewport_size
    assert viewport
    return viewport["width"], viewport["height"]


def resize(page: Page, size: Size) -> None:
    if size_of(page) != size:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.evaluate(DRAWN, size[0])


def seen(
    page: Page,
    states: Iterable[str],
    sizes: Sequence[Size],
    look: Callable[[Page], list[str]] = problems,
    once: Callable[[Page], list[str]] | None = axe,
) -> dict[str, dict[int, list[str]]]:
    """What a look finds in each state at each width, and what costs more at the first one; at all widths `make judged` asks
    axe. Each state is reached at the size that the page came with."""
    own = size_of(page)
    found: dict[str, dict[int, list[str]]] = {}
    for state in states:
        found[state] = {}
        for size in sizes:
            resize(page, size)
            found[state][size[0]] = (once(page) if once and size == sizes[0] else []) + look(page) + spilled(page)
        resize(page, own)
    return found


def wrong(found: dict[str, dict[int, list[str]]]) -> str:
    """All that was found, a line for each with its state and width."""
    return "\n".join(
        f"{state}, {width}: {each}" for state, widths in found.items() for width, said in widths.items() for each in said
    )
