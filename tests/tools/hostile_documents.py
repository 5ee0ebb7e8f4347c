#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hostile_documents.py FOLDER: writes files that are no plans, or want to be the end of a reader."""
import io
import pathlib
import random
import struct
import sys
import zipfile

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PLAN = "东街小学工会2026年工作计划\n三月份：\n1、三八节座谈\n四月份：\n1、教职工运动会\n"


def package(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            with archive.open(name, "w") as part:
                for piece in [data] if isinstance(data, (str, bytes)) else data:
                    part.write(piece.encode() if isinstance(piece, str) else piece)
    return out.getvalue()


def docx(body, before="", **more):
    pieces = [body] if isinstance(body, str) else body
    def document():
        yield f'<?xml version="1.0"?>{before}<w:document xmlns:w="{WORD}"><w:body>'
        yield from pieces
        yield "</w:body></w:document>"
    return package({"word/document.xml": document(), **more})


def paragraph(text):
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def xlsx(rows, strings=None, before="", **more):
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{RELATION}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = strings
    def sheet():
        yield f'{before}<worksheet xmlns="{SHEET}"><sheetData>'
        yield from [rows] if isinstance(rows, str) else rows
        yield f'</sheetData>{more.pop("behind", "")}</worksheet>'
    return package({**parts, "xl/worksheets/sheet1.xml": sheet(), **more})


def entries(n):
    """A zip whose directory names n files, all the same."""
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"a"
    row = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    count = min(n, 0xFFFF)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, n * len(row), len(local), 0)
    return local + row * n + end


LAUGHS = "<!DOCTYPE w [<!ENTITY a \"哈哈哈哈哈哈哈哈哈哈\">" + "".join(
    f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + "]>"
NEWS = ("我市举行教职工运动会\n本报讯（记者 王小明）3月12日，全市教职工运动会在市体育馆举行。去年5月，首届运动会吸引了两千余人参加。\n"
        "据介绍，今年9月还将举办合唱比赛，12月总结表彰。\n组委会负责人说，活动丰富了教职工的生活。\n")
OLE = bytes([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) + bytes(4096)
TABLE = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"


def documents():
    noise = random.Random(1)
    good = docx("".join(map(paragraph, PLAN.split())))
    yield "empty.txt", b""
    yield "blank.txt", " \n\t\r\n　\n" * 1000
    yield "noise.txt", noise.randbytes(100000)
    yield "noise.docx", b"PK" + noise.randbytes(100000)
    yield "picture.docx", b"\x89PNG\r\n\x1a\n" + noise.randbytes(100000)
    yield "line_of_3_MB.txt", PLAN + "三" * 1000000
    yield "bad_byte.txt", (PLAN * 3).encode()[:200] + b"\xff\xfe\xc0\n" + (PLAN * 3).encode()
    yield "million_lines.txt", PLAN + "1、慰问\n" * 1000000
    yield "million_tabs.tsv", "时间\t内容\n" + "三月\t慰问\t" * 300000
    yield "million_bars.md", "| 时间 | 内容 |\n" + "|" * 1000000
    yield "no_plan.txt", NEWS
    yield "summary.txt", "东街小学工会2025年工作总结\n一、三月份\n召开教代会。\n二、四月份\n春游。\n"
    yield "zip_bomb.docx", docx(" " * 1000000 for _ in range(400))
    yield "text_bomb.docx", docx(paragraph("三月" * 500) * 100 for _ in range(300))
    yield "entity_bomb.docx", docx(paragraph("&j;"), LAUGHS)
    yield "entity_bomb.xlsx", xlsx('<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>', before=LAUGHS)
    yield "external_entity.docx", docx(paragraph("&x;"), '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
    yield "entries.docx", entries(300000)
    yield "nested_elements.docx", docx("<w:p>" + "<w:r>" * 100000)
    yield "nested_tables.docx", docx(TABLE[0] * 20000 + paragraph("三月") + TABLE[1] * 20000)
    yield "truncated.docx", good[: len(good) // 2]
    yield "damaged_inside.docx", good[:60] + bytes(40) + good[100:]
    yield "no_document.docx", package({"a.txt": "计划"})
    yield "macros.docx", package({"word/document.xml": "<a/>", "word/vbaProject.bin": "x"})
    yield "macros.xlsx", xlsx("", **{"xl/vbaProject.bin": "x"})
    yield "password.docx", OLE
    yield "old.doc", OLE
    yield "old.xls", OLE
    yield "old.wps", OLE
    yield "rich.rtf", "{\\rtf1\\ansi " + PLAN + "}"
    yield "paper.pdf", "%PDF-1.7\n" + PLAN
    yield "wide_sheet.xlsx", xlsx('<row r="1">' + '<c><v>3</v></c>' * 100000 + "</row>")
    yield "far_cell.xlsx", xlsx('<row r="1048576"><c r="XFD1048576"><v>3</v></c></row>')
    yield "tall_sheet.xlsx", xlsx(f'<row r="{i}"><c r="A{i}"><v>3</v></c></row>' for i in range(1, 400001))
    yield "merged_sheet.xlsx", xlsx('<row r="1"><c r="A1"><v>3</v></c></row>',
                                    behind='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    yield "endless_item.txt", PLAN + "".join(f"{i}慰问教师，责任人：王芳，预算500元，30人参加\n" for i in range(430, 19900))
    yield "marks.txt", PLAN + ("[bookmark: a]" * 1200 + "\n") * 120 + "x" * 20000
    yield "string_bomb.xlsx", xlsx(
        "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 40001)),
        [f'<sst xmlns="{SHEET}"><si><t>', "三月" * 4000, "</t></si></sst>"])


for name, data in documents():
    pathlib.Path(sys.argv[1], name).write_bytes(data.encode() if isinstance(data, str) else data)
