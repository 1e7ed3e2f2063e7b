"""A town with three small areas, three practices and their networks (Methods 11).

          383000        383100        383200
    398200 +-------------+
           | L3     o    |
           |             |              o  a postcode
    398100 +-------------+-------------+
           | L1          | L2          |
           |   o     o   |      o      |
    398000 +-------------+-------------+

In each area live 1,000 people. Patients:  in L1 600 of A, 300 of B, 100 of C; in L2
100, 800 and 100; in L3 none, 200 and 800. Network A is U00001, and so on.
"""

from datetime import date

from sqlalchemy.orm import Session

from assetmap.footprints.load import load_counts
from assetmap.footprints.pcns.by_registrations import make_by_registrations
from assetmap.footprints.pcns.load_registrations import load_registrations
from assetmap.footprints.pcns.sets import Asked, PcnSet
from assetmap.issues import RawRow
from assetmap.practices.ingest import load_practices
from assetmap.practices.model import Source
from assetmap.practices.registrations.model import RegistrationSet
from assetmap.sources.nhs.practice_files import PracticeTable
from tests.toy_town import RELEASE, SQUARES, add_postcodes, add_set

OCTOBER = date(2025, 10, 1)
LSOAS = {
    "E01000001": SQUARES["W"],
    "E01000002": SQUARES["E"],
    "E01000003": SQUARES["NW"],
}
POSTCODES = {
    "M1 1AA": (20, 50),
    "M1 1AB": (80, 50),
    "M1 1AD": (160, 50),
    "M1 1AE": (50, 150),
}
NETWORKS = {"P00001": "U00001", "P00002": "U00002", "P00003": "U00003", "P00004": "U"}
PATIENTS = {
    "E01000001": {"P00001": 600, "P00002": 300, "P00003": 100},
    "E01000002": {"P00001": 100, "P00002": 800, "P00003": 100},
    "E01000003": {"P00002": 200, "P00003": 800},
}
PLACES = {"P00001": "M1 1AA", "P00002": "M1 1AD", "P00003": "M1 1AE", "P00004": ""}


def source(file: str) -> Source:
    """Where a made-up file of the NHS came from."""
    return Source(file, "NHS", "OGL-3.0", "Contains the NHS's.", file, "b" * 64)


def add_practices(session: Session, networks=None, day: str = "20251001") -> None:
    """Practices and the networks that they are in on a day."""
    rows = [
        RawRow(
            "map.csv",
            line,
            {
                "code": practice,
                "name": f"{practice} SURGERY",
                "postcode": PLACES.get(practice, ""),
                "pcn_code": pcn,
                "pcn_name": f"{pcn} PCN",
                "sub_icb_code": "99A",
                "sub_icb_name": "NHS Toy ICB - 99A",
                "icb_code": "QZZ",
                "icb_name": "NHS Toy Integrated Care Board",
                "day": day,
            },
        )
        for line, (practice, pcn) in enumerate((networks or NETWORKS).items(), 2)
    ]
    table = PracticeTable("mapping", "map.csv", frozenset(rows[0].values), rows)
    load_practices(session, [table], source(f"map {day}"), None, OCTOBER)


def add_registrations(session: Session, patients=None, **unplaced) -> RegistrationSet:
    """Patients by small area and practice; ``unplaced`` by code, of practice P00001."""
    cells = [
        (block, practice, count)
        for block, each in (patients or PATIENTS).items()
        for practice, count in each.items()
    ] + [(code, "P00001", count) for code, count in unplaced.items()]
    names = ("LSOA_CODE", "PRACTICE_CODE", "NUMBER_OF_PATIENTS")
    rows = [
        RawRow("reg.csv", line, dict(zip(names, map(str, cell), strict=True)))
        for line, cell in enumerate(cells, 2)
    ]
    done = load_registrations(
        session, None, source("reg.csv"), rows, "lsoa-2021", OCTOBER
    )
    return done.row


def add_ground(session: Session, people: int = 1_000) -> None:
    """Postcodes, small areas and the people in them."""
    add_postcodes(session, POSTCODES)
    add_blocks(session, people)


def add_blocks(session: Session, people: int = 1_000) -> None:
    """Small areas and the people in them."""
    blocks = add_set(session, "lsoa-2021", LSOAS, kind="lsoa")
    rows = [RawRow("c", 2, {"code": each, "count": str(people)}) for each in LSOAS]
    load_counts(session, "people", RELEASE, rows, ("code", "count"), blocks)


def make(session: Session, registrations: RegistrationSet, **more) -> PcnSet:
    """The set of networks by registrations."""
    asked = Asked("pcns-reg", more.pop("as_at", OCTOBER))
    return make_by_registrations(session, asked, registrations, **more)


def build(session: Session, **unplaced) -> PcnSet:
    """The whole town."""
    add_ground(session)
    add_practices(session)
    return make(session, add_registrations(session, **unplaced))
