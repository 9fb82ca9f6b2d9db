"""The package as files: a folder, or a ZIP archive in exactly one form (package.md §1; PKWARE APPNOTE 6.3.9).

It does not know what the files mean, follows no link and unpacks nothing to disk.
It keeps: every byte of an archive that is not a file's is compared with what names, sizes and CRCs make of it.
"""

import os
import re
import stat
import struct
import zlib

FILES_MAX = 100_000
NAME_BYTES_MAX = 100
# What operating systems leave in folders (package.md §6, step 3).
IGNORED = {".DS_Store", "Thumbs.db", "desktop.ini"}
# 100,000 entries of 46 bytes, a name with its folder and an extra field.
DIRECTORY_BYTES_MAX = 32 << 20
CHUNK = 1 << 18
# 64 cameras have a folder each.
FOLDERS_MAX = 1000
# Empty folders are no files, so they do no harm; but a scan has to end.
DEPTH_MAX = 32

_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_FOLDER = re.compile(r"(?:evidence|dossier)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_U32 = 0xFFFFFFFF


class ContainerError(Exception):
    """The package cannot be opened at all."""


class ArchiveError(ContainerError):
    """What should be an archive is none that a package can be."""


def name_allowed(name):
    parts = name.split("/")
    return (len(name.encode("utf-8", "surrogatepass")) <= NAME_BYTES_MAX and len(parts) <= 3
            and all(_PART.fullmatch(part) for part in parts))


class Reader:
    """Bytes of one file from first to last, with the CRC-32 of what was read. Never more than its size."""

    def __init__(self, handle, size, with_crc):
        self._handle, self.left, self.at = handle, size, 0
        self._with_crc, self.crc = with_crc, 0

    def read(self, count):
        """At most `count` bytes; fewer only at the end."""
        count = min(count, self.left)
        parts = []
        while count > 0:
            data = self._handle.read(count)
            if not data:
                self.left = 0
                break
            parts.append(data)
            count -= len(data)
            self.left -= len(data)
            self.at += len(data)
        result = parts[0] if len(parts) == 1 else b"".join(parts)
        if self._with_crc:
            self.crc = zlib.crc32(result, self.crc)
        return result

    def skip(self, count):
        while count > 0 and self.left > 0:
            count -= len(self.read(min(CHUNK, count)))

    def close(self):
        self._handle.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Entry:
    """One file. `crc` is None in a folder; `problem` says why it cannot be read."""

    def __init__(self, name, size, path, offset=0, crc=None, problem=None):
        self.name, self.size, self.path, self.offset = name, size, path, offset
        self.crc, self.problem = crc, problem
        self.crc_checked = False

    def open(self):
        if self.problem:
            raise OSError(self.problem)
        # O_NONBLOCK: should a pipe have taken the file's place, opening it must not wait.
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        if self.crc is None:
            flags |= getattr(os, "O_NOFOLLOW", 0)
        handle = os.fdopen(os.open(self.path, flags), "rb", buffering=CHUNK)
        handle.seek(self.offset)
        return Reader(handle, self.size, self.crc is not None)

    def read_all(self, most):
        """The whole file, or OSError where it is larger than `most`."""
        if self.size > most:
            raise OSError("larger than %d bytes" % most)
        with self.open() as reader:
            data = reader.read(self.size)
            if len(data) != self.size:
                raise OSError("shorter than its size")
            self.crc_checked = self.crc is None or reader.crc == self.crc
        return data


class Container:
    """`files` by name, and `problems`: (code, file or None, sentence)."""

    def __init__(self):
        self.files = {}
        self.problems = []
        self.folder_name = None

    def problem(self, code, file, text):
        if len(self.problems) < 1000:
            self.problems.append((code, file, text))


def open_package(path):
    if os.path.isdir(path):
        return _Folder(path)
    if os.path.isfile(path):
        return _Archive(path)
    raise ContainerError("there is no file and no folder of this name")


class _Folder(Container):
    def __init__(self, path):
        super().__init__()
        self._folders = 0
        self._scan(path, "", 1)

    def _scan(self, path, prefix, depth):
        self._folders += 1
        if self._folders > FOLDERS_MAX:
            raise ContainerError("more than %d folders" % FOLDERS_MAX)
        try:
            with os.scandir(path) as found:
                for item in found:
                    self._item(item, prefix + item.name, depth)
        except OSError as error:
            self.problem("unreadable", prefix or None, "the folder cannot be read: %s" % error.strerror)

    def _item(self, item, name, depth):
        try:
            status = item.stat(follow_symlinks=False)
        except OSError as error:
            self.problem("unreadable", name, "cannot be looked at: %s" % error.strerror)
            return
        if item.name in IGNORED and stat.S_ISREG(status.st_mode):
            return
        if stat.S_ISLNK(status.st_mode):
            self.problem("link", name, "is a link")
        elif stat.S_ISDIR(status.st_mode):
            if depth >= DEPTH_MAX:
                self.problem("name", name, "a folder deeper than anything in a package")
            else:
                self._scan(item.path, name + "/", depth + 1)
        elif not stat.S_ISREG(status.st_mode):
            self.problem("not_a_file", name, "is neither a file nor a folder")
        elif len(self.files) >= FILES_MAX:
            raise ContainerError("more than %d files" % FILES_MAX)
        else:
            self.files[name] = Entry(name, status.st_size, item.path)


def _local(name, size, crc, offset):
    big = size >= _U32
    extra = struct.pack("<HHQQ", 1, 16, size, size) if big else b""
    shown = _U32 if big else size
    return struct.pack("<IHHHHHIIIHH", 0x04034B50, 45 if big or offset >= _U32 else 20, 0, 0, 0, 0x21,
                       crc, shown, shown, len(name), len(extra)) + name + extra


def _central(name, size, crc, offset):
    numbers = ([size, size] if size >= _U32 else []) + ([offset] if offset >= _U32 else [])
    extra = struct.pack("<HH%dQ" % len(numbers), 1, 8 * len(numbers), *numbers) if numbers else b""
    version = 45 if numbers else 20
    shown = min(size, _U32)
    return struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, version, version, 0, 0, 0, 0x21, crc, shown, shown,
                       len(name), len(extra), 0, 0, 0, 0, min(offset, _U32)) + name + extra


def _end(count, size, offset):
    data = b""
    if count >= 0xFFFF or size >= _U32 or offset >= _U32:
        data = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, size, offset)
        data += struct.pack("<IIQI", 0x07064B50, 0, offset + size, 1)
    few = min(count, 0xFFFF)
    return data + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, few, few, min(size, _U32), min(offset, _U32), 0)


class _Archive(Container):
    """Reads the directory at the end, then builds what the whole archive must be and compares."""

    def __init__(self, path):
        super().__init__()
        self.path = path
        with open(path, "rb") as handle:
            handle.seek(0, 2)
            self._size = handle.tell()
            directory = self._directory(handle)
            entries = self._entries(directory) if directory is not None else self._walk(handle)
            self._compare(handle, entries)
            self._keep(handle, entries)

    def _form(self, text, file=None):
        self.problem("archive_form", file, text)

    def _directory(self, handle):
        """The bytes of the central directory, or None where there is none."""
        tail_from = max(0, self._size - 65_557)
        handle.seek(tail_from)
        tail = handle.read(65_557)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < 22:
            self._form("the archive has no end record")
            return None
        count, size, offset = struct.unpack_from("<HII", tail, at + 10)
        locator = tail[at - 20:at] if at >= 20 else b""
        if locator[:4] == b"PK\x06\x07":
            handle.seek(min(struct.unpack_from("<Q", locator, 8)[0], self._size))
            record = handle.read(56)
            if len(record) == 56 and record[:4] == b"PK\x06\x06":
                count, size, offset = struct.unpack_from("<QQQ", record, 32)
        if count > FILES_MAX or size > DIRECTORY_BYTES_MAX:
            raise ArchiveError("the archive has more than %d files" % FILES_MAX)
        handle.seek(min(offset, self._size))
        data = handle.read(size)
        return data if len(data) == size else None

    def _entries(self, data):
        """(name, size, crc, offset, method, flags) of each, as the directory has them."""
        entries, at = [], 0
        while at + 46 <= len(data) and data[at:at + 4] == b"PK\x01\x02":
            flags, method = struct.unpack_from("<HH", data, at + 8)
            crc, packed, size, name_len, extra_len, comment_len = struct.unpack_from("<IIIHHH", data, at + 16)
            offset = struct.unpack_from("<I", data, at + 42)[0]
            name = data[at + 46:at + 46 + name_len]
            extra = data[at + 46 + name_len:at + 46 + name_len + extra_len]
            numbers = list(struct.unpack_from("<%dQ" % (len(extra[4:]) // 8), extra, 4)) if extra[:2] == b"\1\0" else []
            if size == _U32 and numbers:
                size = numbers.pop(0)
            if packed == _U32 and numbers:
                packed = numbers.pop(0)
            if offset == _U32 and numbers:
                offset = numbers.pop(0)
            if method == 0 and packed != size:
                self._form("a file has two sizes", name.decode("utf-8", "replace"))
            entries.append((name, size, crc, offset, method, flags))
            at += 46 + name_len + extra_len + comment_len
            if len(entries) > FILES_MAX:
                raise ArchiveError("the archive has more than %d files" % FILES_MAX)
        return entries

    def _walk(self, handle):
        """Without a directory (an archive that was cut off): local headers from the first byte on."""
        entries, at = [], 0
        while len(entries) <= FILES_MAX and at < self._size:
            handle.seek(at)
            head = handle.read(30)
            if len(head) < 30 or head[:4] != b"PK\x03\x04":
                break
            flags, method = struct.unpack_from("<HH", head, 6)
            crc, _, size, name_len, extra_len = struct.unpack_from("<IIIHH", head, 14)
            if name_len > 2 * NAME_BYTES_MAX:
                break
            name, extra = handle.read(name_len), handle.read(extra_len)
            if size == _U32 and extra[:2] == b"\1\0" and len(extra) >= 12:
                size = struct.unpack_from("<Q", extra, 4)[0]
            entries.append((name, size, crc, at, method, flags))
            at += 30 + name_len + extra_len + size
        return entries

    def _compare(self, handle, entries):
        """package.md §1, 1 to 4: headers, their order, and what lies between and behind them."""
        offset, directory = 0, bytearray()
        for name, size, crc, _, _, _ in entries:
            if offset + size >= 1 << 63:
                raise ArchiveError("the sizes in the archive are larger than any archive")
            header = _local(name, size, crc, offset)
            directory += _central(name, size, crc, offset)
            handle.seek(min(offset, self._size))
            if handle.read(len(header)) != header:
                self._form("its header is not in the one form, or not in its place", name.decode("utf-8", "replace"))
            offset += len(header) + size
        expected = bytes(directory) + _end(len(entries), len(directory), offset)
        handle.seek(min(offset, self._size))
        if handle.read(len(expected) + 1) != expected:
            self._form("the directory at the end is not in the one form, or not in its place")
        names = [entry[0] for entry in entries]
        if any(a > b for a, b in zip(names, names[1:])):
            self._form("the files are not in the order of their names")

    def _keep(self, handle, entries):
        """Files by their names in the one folder; what is named otherwise is a problem, and is not read."""
        folders = set()
        for raw, size, crc, offset, method, flags in entries:
            folder, _, name = raw.decode("utf-8", "backslashreplace").partition("/")
            folders.add(folder)
            if not _FOLDER.fullmatch(folder) or not name_allowed(name):
                self.problem("name", folder + "/" + name, "a name that no file of a package has")
            if not _PART.fullmatch(folder) or not name_allowed(name):
                continue
            if name in self.files:
                self.problem("doubled", name, "two files have this name")
                continue
            self.files[name] = self._entry(handle, name, size, crc, offset, method, flags)
        if len(folders) != 1:
            self._form("the archive does not hold one folder")
        self.folder_name = min(folders) if folders else None

    def _entry(self, handle, name, size, crc, offset, method, flags):
        handle.seek(min(offset, self._size))
        head = handle.read(30)
        problem, start = None, 0
        if method != 0 or flags & 1:
            problem = "is compressed or encrypted inside the archive"
        elif len(head) < 30 or head[:4] != b"PK\x03\x04":
            problem = "is not where the archive's directory says"
        else:
            name_len, extra_len = struct.unpack_from("<HH", head, 26)
            start = offset + 30 + name_len + extra_len
            if start + size > self._size:
                problem = "ends behind the archive's end"
        return Entry(name, size, self.path, start, crc, problem)
