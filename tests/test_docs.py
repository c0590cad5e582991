"""The documents are complete: decisions by number, the data model by key; and each thing has one German word."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.store import keys

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
GERMAN = sorted(
    path
    for pattern in ("static_site/**/*de.json", "chalicelib/texts/de/*.json", "infra/local/pages/de.json")
    for path in ROOT.glob(pattern)
    if path.name != "language.json"
)
SYNONYMS = {
    r"[Ss]torn\w+": "Abgesagt",
    r"[Aa]nnullier\w+": "Abgesagt",
    r"\bEingang\b": "Posteingang",
    r"\bInbox\b": "Posteingang",
    r"Horizont\b": "Buchbar bis (Tage im Voraus)",
    r"[Tt]erminvorlage\w*": "Terminart",
    r"\bVorlagen?\b": "Terminart",
    r"[Tt]ermintyp\w*": "Terminart",
    r"Öffnungszeit\w*": "Verfügbarkeiten",
    r"\bStatistik\w*": "Auswertung",
    r"\bKennzahl\w*": "Auswertung",
    r"jemand ist krank\)": "Ausfall eintragen",
    r"[Tt]echnische\w* (?:Benutzer|User)\w*": "Technischer Mitarbeiter",
}
"""A word that would be a second one, as a pattern -> the glossary's word for that thing."""


def said(texts: Any) -> list[str]:
    """All texts of a file, at whatever depth."""
    if isinstance(texts, str):
        return [texts]
    if isinstance(texts, bool):
        return []
    return [text for each in (texts.values() if isinstance(texts, dict) else texts) for text in said(each)]


def decisions() -> tuple[list[str], list[int], list[int]]:
    """The headings of all decisions, the numbers in them, and the numbers that the index names."""
    index, _, rest = (DOCS / "decisions.md").read_text().partition("\n## ")
    headings = re.findall(r"^## (.+)$", "## " + rest, re.MULTILINE)
    numbers = [int(found[1]) for found in (re.match(r"D(\d+) ", each) for each in headings) if found]
    return headings, numbers, [int(each) for each in re.findall(r"\[D(\d+)\]", index)]


def prefixes() -> set[str]:
    """The first word of each key, as the module that makes keys spells it: in a constant or at the beginning of a text."""
    source = Path(keys.__file__).read_text()
    constants = re.findall(r'^[A-Z]+ = "([A-Z_]+)#?"$', source, re.MULTILINE)
    return {*constants, *re.findall(r'f?"([A-Z_]+)#', source), *re.findall(r'\("([A-Z]{2,})"', source)}


def test_decisions_are_numbered_one_after_the_other() -> None:
    headings, numbers, _ = decisions()
    assert numbers == list(range(1, len(headings) + 1)), "each heading begins with its number: ## D12 A title"


def test_the_index_of_decisions_names_each_once() -> None:
    _, numbers, indexed = decisions()
    assert sorted(indexed) == numbers


def test_every_reference_to_a_decision_names_one_that_is_there() -> None:
    _, numbers, _ = decisions()
    named = {
        int(each)
        for path in (*DOCS.glob("*.md"), *ROOT.glob("*.md"))
        for each in re.findall(r"\bD(\d{1,3})\b", path.read_text())
    }
    assert named <= set(numbers)


def test_the_data_model_names_every_kind_of_key() -> None:
    model = (DOCS / "data.md").read_text()
    found = prefixes()
    assert {"BRANCH", "LIMIT", "DUE", "SETTINGS", "PROVED"} <= found
    assert [each for each in sorted(found) if not re.search(rf"`[^`]*\b{each}\b", model)] == []


def test_the_data_model_names_every_item() -> None:
    models = set(re.findall(r"^class (\w+Item)\(Item\)", (ROOT / "chalicelib/store/models.py").read_text(), re.MULTILINE))
    assert len(models) > 10
    assert models - set(re.findall(r"`(\w+Item)`", (DOCS / "data.md").read_text())) == {"RecordItem"}, "one view of two items"


@pytest.mark.parametrize("path", GERMAN, ids=lambda path: str(path.relative_to(ROOT)))
def test_german_pages_and_mails_have_one_word_for_each_thing(path: Path) -> None:
    texts = said(json.loads(path.read_text()))
    assert [(text, instead) for text in texts for word, instead in SYNONYMS.items() if re.search(word, text)] == []


def test_the_glossary_has_no_second_word_either() -> None:
    rows = [line.split("|") for line in (DOCS / "glossary.md").read_text().splitlines() if line.startswith("| ")]
    german = [row[2] for row in rows[1:]]
    assert "Posteingang" in {word.strip() for word in german}
    assert [(each, word) for each in german for word in SYNONYMS if re.search(word, each)] == []


def test_a_technical_user_is_explained_where_it_is_met() -> None:
    settings, accesses = (
        json.loads((ROOT / "static_site/texts/staff" / f"{page}.de.json").read_text()) for page in ("settings", "accesses")
    )
    met = (settings["lead_technical"], accesses["accesses_lead"], accesses["new_nobody"], accesses["hint_employee"])
    assert [text for text in met if not re.search("[Ff]ür die Online-Buchung, kein Mensch", text)] == []


def evidence(document: str) -> list[tuple[str, str]]:
    """The files that a document names, each with the test in it, if it names one."""
    return re.findall(r"`([\w.-]+/[\w./-]+\.\w+|[\w-]+\.(?:mjs|toml))(?:::(\w+))?`", (DOCS / document).read_text())


@pytest.mark.parametrize("document", ["security.md", "asvs.md"])
def test_each_file_and_each_test_that_is_evidence_is_there(document: str) -> None:
    named = [each for each in evidence(document) if not each[0].startswith((".local/", "/"))]
    assert len(named) > 30
    assert [file for file, _ in named if not (ROOT / file).exists()] == []
    gone = [
        f"{file}::{test}" for file, test in named if test and not re.search(rf"^def {test}\b", (ROOT / file).read_text(), re.M)
    ]
    assert gone == []


def test_all_of_asvs_is_judged_once() -> None:
    """253 requirements of levels 1 and 2, in 17 chapters; what is not met says why."""
    rows = re.findall(r"^\| ([\d., ]+) \| [^|]+ \| (\S+) \| (.+) \|$", (DOCS / "asvs.md").read_text(), re.MULTILINE)
    ids = [each for row in rows for each in row[0].split(", ")]
    assert len(ids) == len(set(ids)) == 253
    assert {each.partition(".")[0] for each in ids} == {str(number) for number in range(1, 18)}
    assert {state for _, state, _ in rows} == {"met", "n/a", "open"}
    assert [row for row in rows if len(row[2].strip()) < 10] == []
