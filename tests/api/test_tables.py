"""Tables for spreadsheets."""

from __future__ import annotations

import pytest

from chalicelib.api.tables import table


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-1", "@x", "\tx"])
def test_no_cell_is_read_as_a_formula(cell: str) -> None:
    assert f"'{cell}" in table(["a"], [[cell]])


def test_what_parts_cells_and_lines_stays_within_its_cell() -> None:
    assert table(["a", "b"], [['x;"y"', "z\nw"]]) == '\ufeffa;b\r\n"x;""y""";"z\nw"\r\n'
