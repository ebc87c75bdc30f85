"""Package: the zip of parts that a workbook's file is. Promises that it can be written whatever this computer's clock says.

    save(workbook, file)      with Package(file) as out: out.writestr(name, part)
A zip has dates of 1980 to 2107 only, and a laptop whose battery ran flat wakes up in 1970.
"""
import os
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from app.models import clock

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

FIRST, LAST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)


class Package(zipfile.ZipFile):
    """A new zip, written part by part. compression: what is asked of zipfile."""

    def __init__(self, file: BinaryIO | Path, compression: int = zipfile.ZIP_DEFLATED) -> None:
        super().__init__(file, "w", compression)

    def part(self, name: str) -> zipfile.ZipInfo:
        """Return a new part of this moment, or the nearest that a zip can say."""
        made = zipfile.ZipInfo(name, date_time=min(max(clock.now().timetuple()[:6], FIRST), LAST))
        made.compress_type = self.compression
        return made

    def writestr(self, zinfo_or_arcname: str | zipfile.ZipInfo, data: Any, *more: Any, **named: Any) -> None:
        """Write a part that is in memory."""
        made = self.part(zinfo_or_arcname) if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname
        super().writestr(made, data, *more, **named)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Write a part that is in a file; openpyxl keeps the sheets in such, dated by this computer's clock."""
        made = self.part(str(arcname or filename))
        made.file_size = os.stat(filename).st_size
        with open(filename, "rb") as kept, self.open(made, "w") as part:
            shutil.copyfileobj(kept, part)


def save(workbook: "Workbook", file: BinaryIO | Path) -> None:
    """Write a workbook of openpyxl; OSError where it cannot be written."""
    from openpyxl.writer.excel import ExcelWriter

    workbook.properties.modified = clock.now().replace(tzinfo=None)
    with Package(file) as out:
        ExcelWriter(workbook, out).save()
