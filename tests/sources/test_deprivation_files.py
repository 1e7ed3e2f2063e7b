"""Scores of deprivation in the layouts of MHCLG, of others, and cut short."""

import pytest

from assetmap.errors import BadFile
from assetmap.sources.deprivation_files import find_deprivation
from tests.sources.sheet_files import xlsx

KNOWN = {"E01000001", "E01000002"}
WHERE = " (where 1 is most deprived)"
TENTH = " (where 1 is most deprived 10% of LSOAs)"


def official(year):
    measures = [
        ("Index of Multiple Deprivation (IMD)", " Score"),
        ("Income", " Score (rate)"),
        ("Income Deprivation Affecting Children Index (IDACI)", " Score (rate)"),
        ("Children and Young People Sub-domain", " Score"),
    ]
    heads = [f"LSOA code ({year})", f"LSOA name ({year})"]
    heads += ["Local Authority District code (2024)", "Local Authority District name"]
    for name, score in measures:
        heads += [name + score, f"{name} Rank{WHERE}", f"{name} Decile{TENTH}"]
    heads[-1] = "Children and Young People Sub-domain Decile (where 1 is most depriv"
    heads += ["Total population: mid 2022"]
    row = ["E01000001", "City 001A", "E09000001", "City", *range(12), "1,500"]
    quoted = [",".join(f'"{each}"' for each in line) for line in (heads, row)]
    return "\n".join(quoted) + "\n"


@pytest.fixture
def find(tmp_path):
    def in_text(text, **how):
        path = tmp_path / "d.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return find_deprivation(path, KNOWN, **how)

    return in_text


@pytest.mark.parametrize("year", [2011, 2021])
def test_the_official_file_is_read_with_a_heading_cut_short(find, year):
    found = find("\ufeff" + official(year))
    assert found.code == f"LSOA code ({year})"
    assert [(each.slug, each.title) for each in found.domains] == [
        ("imd", "Index of Multiple Deprivation"),
        ("income", "Income"),
        ("idaci", "Income Deprivation Affecting Children Index"),
        (
            "children-and-young-people-sub-domain",
            "Children and Young People Sub-domain",
        ),
    ]
    [row] = found.rows([])
    read = [
        row.values[column]
        for each in found.domains
        for column in (each.score, each.rank, each.decile)
    ]
    assert read == [str(each) for each in range(12)]


def test_names_joined_by_underscores_are_the_same_domains(find):
    text = (
        "lsoa21_code,IMD_decile,Housing_and_Services_decile,IMD_rank,"
        "Housing_and_Services_rank,IMD_score,Housing_and_Services_score\n"
        "E01000001,8,9,26525,29220,8.742,10.95\n"
    )
    found = find(text)
    assert [each.slug for each in found.domains] == ["imd", "barriers"]
    assert found.domains[1].title == "Barriers to Housing and Services"
    assert found.domains[1].rank == "Housing_and_Services_rank"


def test_scores_without_ranks_are_domains_too(find):
    text = "lsoa21cd,civic_assets_score,community_needs_score\nE01000001,1,2\n"
    found = find(text)
    assert [each.slug for each in found.domains] == ["civic-assets", "community-needs"]
    assert {each.rank for each in found.domains} == {""}


def test_the_sheet_with_scores_is_found_under_its_titles(tmp_path):
    head = ["LSOA code (2021)", "Index of Multiple Deprivation (IMD) Rank" + WHERE]
    sheets = {
        "Notes": [["About these indices"]],
        "IMD25": [["Table 1"], head, ["E01000001", 7]],
    }
    found = find_deprivation(xlsx(tmp_path / "f1.xlsx", sheets), KNOWN)
    assert (found.head.sheet, found.domains[0].rank) == ("IMD25", head[1])
    assert [row.values[head[1]] for row in found.rows([])] == ["7"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "has no column of codes .* line 1 has a, b.*--code"),
        ("code,count\nE01000001,2\n", "columns called score, rank or decile"),
        ("", "is empty|no column of codes"),
        ("lsoa21cd,imd_score\n\u00e9,1\n".encode("latin-1"), "which is not UTF-8"),
    ],
)
def test_a_file_without_scores_is_refused(find, text, said):
    with pytest.raises(BadFile, match=said):
        find(text)


def test_several_tables_alike_are_asked_for(tmp_path):
    table = [["code", "imd_score"], ["E01000001", 7]]
    path = xlsx(tmp_path / "f.xlsx", {"A": table, "B": table})
    with pytest.raises(BadFile, match=r"which of its tables\? .*--sheet: A, B"):
        find_deprivation(path, KNOWN)
    assert find_deprivation(path, KNOWN, sheet="B").head.sheet == "B"


def test_the_column_of_the_code_can_be_named(find):
    found = find("place,imd_score\nE01000001,7\n", code="place")
    assert found.code == "place"
