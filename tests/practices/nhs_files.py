"""Made-up files in the layouts of the NHS, with the mistakes that theirs have."""

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

MAPPING = [
    *("PUBLICATION", "EXTRACT_DATE", "PRACTICE_CODE", "PRACTICE_NAME"),
    *("PRACTICE_POSTCODE", "PCN_CODE", "PCN_NAME", "ONS_SUB_ICB_LOCATION_CODE"),
    *("SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_NAME", "ONS_ICB_CODE", "ICB_CODE"),
    *("ICB_NAME", "ONS_COMM_REGION_CODE", "COMM_REGION_CODE", "COMM_REGION_NAME"),
    "SUPPLIER_NAME",
]
PARTNERS = (
    "Partner\r\nOrganisation\r\nCode",
    "Partner\r\nName",
    "Practice\r\nParent\r\nSub ICB Loc Code",
    "Practice Parent Sub ICB Loc Name",
    "PCN Code",
    "PCN Name",
    "PCN Parent Sub ICB Loc Code",
    "PCN Parent Sub ICB Loc Name",
    "Practice to PCN\r\nRelationship\r\nStart Date",
    "Practice to PCN\r\nRelationship\r\nEnd Date",
    "Practice and PCN in same Sub ICB",
)
NETWORKS = (
    "PCN Code",
    "PCN Name",
    "Current\r\nSub ICB Loc Code",
    "Sub ICB Location",
    "Open Date",
    "Close Date",
    "Address Line 1",
    "Address Line 2",
    "Address Line 3",
    "Address Line 4",
    "Address Line 5",
    "Postcode",
)
SUB_ICB = ("E38000001", "99A", "NHS Toy ICB - 99A")
ICB = ("E54000001", "QZZ", "NHS Toy Integrated Care Board")


def mapped(
    practice: str,
    pcn: str = "U00001",
    name: str = "",
    day: str = "01Oct2025",
    postcode: str = "M1 1AA",
) -> list[str]:
    """A row of the monthly mapping of a practice to its network and area."""
    named = "Unallocated" if pcn == "U" else f"{pcn} PCN"
    of_practice = [practice, name or f"{practice} SURGERY", postcode, pcn, named]
    region = ["E40000001", "Y99", "Toy region", "EMIS"]
    return ["GP_PRAC_PAT_LIST", day, *of_practice, *SUB_ICB, *ICB, *region]


def organisation(
    code: str,
    status: str = "ACTIVE",
    setting: str = "RO76",
    opened: str = "19740401",
    closed: str = "",
    name: str = "",
) -> list[str]:
    """A row of an ODS report of 27 columns."""
    cells = [""] * 27
    cells[:4] = [code, name or f"{code} SURGERY", "Y99", "QZZ"]
    cells[4:10] = ["1 EXAMPLE ROAD", "", "", "MANCHESTER", "", "M1 1AA"]
    cells[10:16] = [opened, closed, status, "B", "99A", "20130401"]
    cells[17], cells[21], cells[25] = "0161 0000000", "0", setting
    return cells


def partner(
    practice: str, pcn: str, began: str = "20190701", ended: str = ""
) -> list[str]:
    """A row of epcncorepartnerdetails."""
    area = ["99A", "NHS TOY ICB - 99A"]
    return [
        *(practice, f"{practice} SURGERY", *area, pcn, f"{pcn} PCN", *area),
        *(began, ended, "1"),
    ]


def network(code: str, name: str = "", opened: str = "20190701") -> list[str]:
    """A row of epcn."""
    area = ["99A", "NHS TOY ICB - 99A"]
    return [
        code,
        name or f"{code} PCN",
        *area,
        opened,
        "",
        "1 ROAD",
        *[""] * 4,
        "M1 1AA",
    ]


def write_csv(path: Path, rows: Sequence[Sequence[str]], quoted: bool = False) -> Path:
    """A CSV of rows; with every cell in quotation marks, as ODS writes it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        csv.writer(file, quoting=quoting).writerows(rows)
    return path


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[str]]]) -> Path:
    """A spreadsheet of text cells, one sheet for each name."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>'
        for at, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="r{at}" Type="{office}/worksheet" '
        f'Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
            'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{kinds}</Types>",
        )
        packed.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{office}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}">'
            f"<sheets>{listed}</sheets></workbook>",
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{related}</Relationships>',
        )
        for at, rows in enumerate(sheets.values(), 1):
            packed.writestr(f"xl/worksheets/sheet{at}.xml", _sheet(main, rows))
    return path


def _sheet(main: str, rows: Sequence[Sequence[str]]) -> str:
    lines = "".join(
        "<row>"
        + "".join(
            f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
            for cell in row
        )
        + "</row>"
        for row in rows
    )
    return f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
