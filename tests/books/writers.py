"""Writers: a workbook as programs like WPS write it anew, made by rewriting its XML. The words stay, all else may differ.

Texts become shared strings (some in runs), cell styles are renumbered, sheets are named by absolute paths, dates lose their
format and are bare serials, short digits in text become numbers and numbers text; cells that are blank are left out.
"""
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
SHARED = "xl/sharedStrings.xml"
Element = Any


def _m(name: str) -> str:
    return f"{{{MAIN}}}{name}"


class _Strings(dict[str, int]):
    """The shared strings: text to its place."""

    def __missing__(self, text: str) -> int:
        self[text] = at = len(self)
        return at

    def xml(self) -> bytes:
        root = ElementTree.Element(_m("sst"))
        for at, text in enumerate(self):
            item = ElementTree.SubElement(root, _m("si"))
            parts = [text] if at % 3 or len(text) < 2 else [text[:1], text[1:]]  # some are in runs
            for part in parts:
                holder = item if len(parts) == 1 else ElementTree.SubElement(item, _m("r"))
                told = ElementTree.SubElement(holder, _m("t"))
                told.text = part
                told.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return ElementTree.tostring(root, "utf-8", xml_declaration=True)


def write_anew(path: Path, out: Path) -> Path:
    """Write the workbook once more in another program's manner; returns `out`."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    ElementTree.register_namespace("", MAIN)
    ElementTree.register_namespace("r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships")
    old = [_text_of(item) for item in ElementTree.fromstring(parts[SHARED])] if SHARED in parts else []
    strings = _Strings()
    parts["xl/styles.xml"], styles = _renumbered(parts["xl/styles.xml"])
    for name in parts:
        if SHEET.fullmatch(name):
            parts[name] = _sheet(parts[name], old, strings, styles)
    parts[SHARED] = strings.xml()
    parts["xl/_rels/workbook.xml.rels"] = _absolute(parts["xl/_rels/workbook.xml.rels"])
    parts["[Content_Types].xml"] = _typed(parts["[Content_Types].xml"])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in sorted(parts.items(), reverse=True):  # and in another order
            file.writestr(name, part)
    return out


def _text_of(item: Element) -> str:
    return "".join(told.text or "" for told in item.iter(_m("t")))


def _renumbered(xml: bytes) -> tuple[bytes, int]:
    """Turn the order of the cell styles about, and take the formats of dates off; returns the styles and how many there are."""
    root = ElementTree.fromstring(xml)
    formats = root.find(_m("cellXfs"))
    assert formats is not None
    styles = list(formats)
    for style in styles:
        formats.remove(style)
        if style.get("numFmtId") not in ("0", "49"):
            style.set("numFmtId", "0")
    formats.extend(reversed(styles))
    return ElementTree.tostring(root, "utf-8", xml_declaration=True), len(styles)


def _sheet(xml: bytes, old: list[str], strings: _Strings, styles: int) -> bytes:
    root = ElementTree.fromstring(xml)
    for column in root.iter(_m("col")):
        column.set("style", str(styles - 1 - int(column.get("style") or 0)))
    for row in root.iter(_m("row")):
        for at, cell in enumerate(list(row)):
            cell.set("s", str(styles - 1 - int(cell.get("s") or 0)))
            value, kind = cell.find(_m("v")), cell.get("t", "n")
            text = old[int(value.text or 0)] if kind == "s" and value is not None else _text_of(cell) if kind == "inlineStr" else None
            if text is not None:
                _told(cell, text, strings, number=bool(re.fullmatch(r"[1-9]\d{0,10}", text)) and at % 2 == 0)
            elif kind == "n" and value is not None and value.text and re.fullmatch(r"\d{1,4}", value.text) and at % 3 == 0:
                _told(cell, value.text, strings, number=False)
            elif value is None and not list(cell) and at % 4 == 0:
                row.remove(cell)
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)


def _told(cell: Element, text: str, strings: _Strings, *, number: bool) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "n" if number else "s")
    ElementTree.SubElement(cell, _m("v")).text = text if number else str(strings[text])


def _absolute(xml: bytes) -> bytes:
    ElementTree.register_namespace("", RELS)
    root = ElementTree.fromstring(xml)
    for link in root:
        target = str(link.get("Target"))
        link.set("Target", target if target.startswith("/") else f"/xl/{target}")
    if not any(str(link.get("Type")).endswith("/sharedStrings") for link in root):
        ElementTree.SubElement(root, f"{{{RELS}}}Relationship", {
            "Id": "rIdShared", "Target": f"/{SHARED}",
            "Type": "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"})
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)


def _typed(xml: bytes) -> bytes:
    ElementTree.register_namespace("", TYPES)
    root = ElementTree.fromstring(xml)
    if not any(part.get("PartName") == f"/{SHARED}" for part in root):
        ElementTree.SubElement(root, f"{{{TYPES}}}Override", {
            "PartName": f"/{SHARED}", "ContentType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"})
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)
