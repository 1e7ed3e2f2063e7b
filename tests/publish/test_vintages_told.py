"""Changes between two releases in print: who is left in no new boundary."""

from assetmap.publish.export.vintages.words import vintages_table
from assetmap.reconciliation.vintages.run import compare_vintages
from tests.toy_town import SQUARES, add_postcodes, add_set, box


def test_those_of_a_boundary_cut_in_half_or_gone_are_counted_in_print(session):
    add_postcodes(session, {"M1 1AA": (20, 50), "M1 1AB": (80, 50), "M1 1AD": (150, 9)})
    add_set(session, "wards", {"E": SQUARES["E"], "W": SQUARES["W"]})
    add_set(session, "halved", {"W": box(0, 0, 50, 100)})
    told = vintages_table(compare_vintages(session, "wards", "halved"))
    lines = [" ".join(each.split()) for each in told.splitlines()]
    assert "shrunk: part of it is in none now 1 1" in lines
    assert "gone: nothing took their place 1 0" in lines
    assert "all 2 1" in lines
    assert "postcodes kept moved along edges in none" in lines
    assert "shrunk 1 0 0 1" in lines
    assert "gone 0 0 0 1" in lines
    assert "all 1 0 0 2" in lines
    assert "In Wards but not in Halved: 2 postcodes, 0.0 km²." in lines
    assert "shrunk: Place W (W) → Place W (W) (1 in none now)" in lines
    assert "gone: Place E (E) → nothing (1 in none now)" in lines
