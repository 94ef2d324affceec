"""What every page must be: nothing for axe, no sideways scroll, targets that can be hit, one heading."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_STRUCTURE = """() => ({
    headings: [...document.querySelectorAll('h1')].filter(e => e.checkVisibility()).length,
    mains: document.querySelectorAll('main').length,
    lang: document.documentElement.lang,
    skip: document.querySelector('a[href]')?.getAttribute('href'),
    target: !!document.getElementById('innehall'),
})"""

# Links inside a sentence are exempt (WCAG 2.5.8); a radio or checkbox is hit by its label too.
_SMALL = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(e => e.checkVisibility({visibilityProperty: true}))
    .filter(e => e.type !== 'hidden' && !e.matches('.skip, .vh'))
    .filter(e => {
        const sentence = getComputedStyle(e).display === 'inline'
            && [...e.parentElement.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        return !sentence;
    })
    .map(e => [e, e.getBoundingClientRect(), e.labels?.[0]?.getBoundingClientRect()])
    .filter(([e, r, l]) => Math.max(r.width, l?.width ?? 0) < 24 || Math.max(r.height, l?.height ?? 0) < 24)
    .map(([e, r]) => `${e.outerHTML.slice(0, 120)} ${r.width.toFixed(0)}x${r.height.toFixed(0)}`)"""

_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""

_FOCUS = """() => {
    const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
    const parts = [.1, .5, .9];
    const points = parts.flatMap(x => parts.map(y => [r.left + r.width * x, r.top + r.height * y]));
    return {
        what: e.outerHTML.slice(0, 120),
        outlined: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
        shown: points.some(([x, y]) => e.contains(document.elementFromPoint(x, y))),
    };
}"""


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Rule and elements of everything that axe finds."""
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


def faults(page: Page, *, language: str = "sv", framed: bool = False) -> list[str]:
    """What is wrong with the page's structure. `framed`: a page within another's has no menu to skip."""
    found = page.evaluate(_STRUCTURE)
    wanted: dict[str, object] = {
        "headings": 1,
        "mains": 1,
        "lang": language,
        "skip": "#innehall",
        "target": True,
    }
    if framed:
        del wanted["skip"], wanted["target"]
    return [f"{name}: {found[name]!r}" for name in wanted if found[name] != wanted[name]]


def small_targets(page: Page) -> list[str]:
    found: list[str] = page.evaluate(_SMALL)
    return found


def too_wide(page: Page) -> list[str]:
    """At 320 px: what makes the page scroll sideways. Leaves the page that narrow."""
    page.set_viewport_size({"width": 320, "height": 640})
    found: list[str] = page.evaluate(_WIDE)
    return found


def focus(page: Page) -> dict[str, object]:
    """The focused element: what it is, whether it is outlined, whether anything of it can be seen."""
    found: dict[str, object] = page.evaluate(_FOCUS)
    return found
