"""Small spreadsheets, written part by part as a spreadsheet program does."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_EPOCH = date(1899, 12, 30)

Cell = str | int | float | bool | date | None


def xlsx(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Cell]] | str],
    hidden: Sequence[str] = (),
) -> Path:
    """A workbook; a sheet is given by its rows, or as the XML of its rows."""
    names = list(sheets)
    states = ["hidden" if each in hidden else "visible" for each in names]
    entries = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" state="{state}" r:id="s{at}"/>'
        for at, (name, state) in enumerate(zip(names, states, strict=True), 1)
    )
    spaces = f'xmlns="{_MAIN}" xmlns:r="{_OFFICE}"'
    book = f"<workbook {spaces}><sheets>{entries}</sheets></workbook>"
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _links({"b": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": book,
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/_rels/workbook.xml.rels": _links(
            {"y": ("styles", "styles.xml")}
            | {
                f"s{at}": ("worksheet", f"worksheets/sheet{at}.xml")
                for at, _ in enumerate(names, 1)
            }
        ),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, text in parts.items():
            packed.writestr(part, text)
        for at, rows in enumerate(sheets.values(), 1):
            data = rows if isinstance(rows, str) else _rows(rows)
            text = (
                f'<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData></worksheet>'
            )
            packed.writestr(f"xl/worksheets/sheet{at}.xml", text)
    return path


def _types() -> str:
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    )


def _links(targets: Mapping[str, tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _rows(rows: Sequence[Sequence[Cell]]) -> str:
    return "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)


def _cell(value: Cell) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        text = escape(value).replace("\n", "&#10;").replace("\r", "&#13;")
        return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return f'<c s="1"><v>{(value - _EPOCH).days}</v></c>'
    return f"<c><v>{value!r}</v></c>"


def ods(path: Path, name: str, rows: Sequence[Sequence[str]]) -> Path:
    """An OpenDocument spreadsheet of one sheet of text."""
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    cells = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(each)}</text:p></table:table-cell>"
            for each in row
        )
        + "</table:table-row>"
        for row in rows
    )
    text = (
        f'<office:document-content xmlns:office="{space}office:1.0" '
        f'xmlns:table="{space}table:1.0" xmlns:text="{space}text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="{name}">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr("content.xml", text)
    return path
