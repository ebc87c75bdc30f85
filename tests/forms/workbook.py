"""Real workbooks of small forms, written with openpyxl from Markdown tables."""
import io


def xlsx(tables: str) -> bytes:
    """Return an .xlsx of Markdown tables as the tests of forms write them: a sheet's name alone in the first column."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    sheet = None
    for line in tables.strip().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[0]:
            sheet = book.create_sheet(cells[0])
        elif sheet is not None:
            sheet.append([cell or None for cell in cells[1:]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def small(version: str, question: str = "会编竹器吗", form: str = "village_skills") -> bytes:
    """Return a form about a person, with a list of skills, in this version."""
    return xlsx(f"""
| survey | | | | |
| | type | name | label | save_to |
| | select_multiple skills | skills | {question} | skills |
| | image | photo | 照片 | |
| | text | remark | 备注 | |
| choices | | | |
| | list_name | name | label |
| | skills | 01 | 缝纫 |
| | skills | 02 | 电焊 |
| entities | | | |
| | list_name | label |
| | person | 'x' |
| settings | | | |
| | form_id | form_title | version |
| | {form} | 本村手艺调查 | {version} |
""")
