"""Zips are made of names and contents, and of nothing else."""

import io
import stat
import zipfile

from portable_faas.package import archive, digest

FILES = {
    "b/run.sh": b"#!/bin/sh\n",
    "a.py": b"x = 1\n",
    "lib.so": b"\x7fELF\x02",
    "caf\u00e9.txt": b"",
}


def test_the_order_of_the_files_does_not_matter() -> None:
    turned = dict(reversed(FILES.items()))
    assert archive(turned) == archive(FILES)
    assert digest(turned) == digest(FILES)


def test_names_dates_and_permissions_are_fixed() -> None:
    with zipfile.ZipFile(io.BytesIO(archive(FILES))) as found:
        entries = found.infolist()
        assert {entry.filename: found.read(entry) for entry in entries} == FILES
    assert [entry.filename for entry in entries] == sorted(FILES)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    modes = {entry.filename: stat.filemode(entry.external_attr >> 16) for entry in entries}
    assert modes["a.py"] == "-rw-r--r--"
    assert modes["b/run.sh"] == modes["lib.so"] == "-rwxr-xr-x"


def test_the_digest_tells_names_from_contents() -> None:
    assert len({digest(files) for files in ({"a": b"bc"}, {"ab": b"c"}, {"a": b"b", "c": b""}, {})}) == 4
