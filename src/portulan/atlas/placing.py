"""Puts a finished folder in its place: whole or not at all, over nothing but an older release, never over a rival."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from portulan.atlas import manifest
from portulan.atlas.errors import AtlasError

_HERE, _NOREPLACE, _EXCHANGE = -100, 1, 2
_NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


@contextmanager
def whole_or_nothing(out: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give a folder beside `out` to write in; put it in the place of `out` at the end, or leave nothing behind.

    Where `out` is a link, what it leads to is made or replaced, and the link stays. Raises `AtlasError` where
    something stands there already, unless `replace` is set and it is a release.
    """
    try:
        target = _target(out)
        _allow(out, target, replace)
        made = _make_parents(target.parent)
        try:
            with _room(target) as folder:
                yield folder
                _sync(folder)
                _put_in_place(folder, out, target, replace)
        except BaseException:
            for parent in made:
                with suppress(OSError):  # somebody else put something there meanwhile
                    parent.rmdir()
            raise
    except OSError as error:
        raise _told(out, error) from error


def _told(out: Path, error: OSError) -> AtlasError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return AtlasError(
            f"the disk is full while building {out}; free some space and build again, nothing was changed"
        )
    return AtlasError(f"{_short(out)} cannot be built ({_short(error)}); nothing was changed")


def _short(thing: object) -> str:
    text = str(thing)
    return text if len(text) <= 300 else f"{text[:140]}...{text[-140:]}"


def _target(out: Path) -> Path:
    """Return the folder that `out` means, links followed."""
    try:
        return out.resolve()
    except RuntimeError as error:
        raise AtlasError(f"{out} is a link that leads to itself; choose another name") from error


def _allow(out: Path, target: Path, replace: bool) -> None:
    """Raise `AtlasError` where something stands at `target` that may not be replaced."""
    if not os.path.lexists(target):
        return
    if not replace:
        raise AtlasError(f"{out} exists already and a release never changes; choose another name, or add --replace")
    if (why := _not_a_release(target)) is not None:
        raise AtlasError(
            f"{out} is not replaced: {why}, and --replace removes nothing but a release; "
            "choose another name, or move what is there"
        )


def _not_a_release(folder: Path) -> str | None:
    """Return why `folder` is not a release of this version or an older one, and nothing else; None where it is.

    Its tables may be damaged (replacing it is then the way out), but a file that no release wrote is never lost.
    """
    if not folder.is_dir():
        return "it is not a folder"
    try:
        content = json.loads((folder / manifest.NAME).read_text(encoding="utf-8"))
        made = int(content["portulan"]["format"])
        known = {str(resource["path"]) for resource in content["resources"]} | {manifest.NAME}
    except FileNotFoundError:
        return f"it is not a release (it has no {manifest.NAME})"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return f"it is not a release that can be recognised (its {manifest.NAME} is not one of Portulan)"
    if made > manifest.FORMAT:
        return "it is a release of a newer version of Portulan"
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    strangers = [path for path in there if path not in known]
    return f"it holds {strangers[0]}, which is no part of a release" if strangers else None


def _make_parents(parent: Path) -> list[Path]:
    """Make a folder with those above it; return the ones that were made, deepest first."""
    missing = [path for path in (parent, *parent.parents) if not path.exists()]
    parent.mkdir(parents=True, exist_ok=True)
    return missing


@contextmanager
def _room(target: Path) -> Iterator[Path]:
    """Make the folder to build in, locked while this process lives, and remove what it then holds."""
    prefix = f".{target.name}.building-"
    _sweep(target.parent, prefix)
    folder, lock = _locked_folder(target.parent, prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _locked_folder(parent: Path, prefix: str) -> tuple[Path, int]:
    """Make a folder of the first name that is free, and lock it. Its rights are those of any folder made here."""
    while True:
        folder = _free(parent / prefix)
        # Another build may take the name first, or sweep the folder before it is locked: then make another.
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        try:
            lock = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        if _take(lock) is not False and _is_still(folder, lock):
            return folder, lock
        os.close(lock)


def _free(prefix: Path) -> Path:
    """Return the first of prefix1, prefix2 ... that names nothing."""
    names = (prefix.with_name(f"{prefix.name}{number}") for number in count(1))
    return next(path for path in names if not os.path.lexists(path))


def _is_still(folder: Path, opened: int) -> bool:
    """True where the open folder still has its name: it was not swept, nor the name taken by another build."""
    try:
        return folder.stat().st_ino == os.fstat(opened).st_ino
    except FileNotFoundError:
        return False


def _take(lock: int) -> bool | None:
    """Lock an open folder and return whether it worked; None where the file system knows no such lock.

    The lock goes with the process, however it ends, and is seen from every container of the machine.
    """
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _sweep(parent: Path, prefix: str) -> None:
    """Remove what builds killed before their end left behind, never the folder of one that is still at work."""
    for stale in sorted(parent.iterdir()):
        if not stale.name.startswith(prefix) or stale.is_symlink() or not stale.is_dir():
            continue
        with suppress(OSError):
            lock = os.open(stale, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if _take(lock) and _is_still(stale, lock):
                    shutil.rmtree(stale, ignore_errors=True)
            finally:
                os.close(lock)


def _sync(folder: Path) -> None:
    """Put every byte on the disk before the folder takes its name."""
    for path in sorted(folder.rglob("*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _put_in_place(folder: Path, out: Path, target: Path, replace: bool) -> None:
    """Give `folder` the name `target` in one step; an older release there is exchanged and then removed."""
    if not os.path.lexists(target) or not replace:
        try:
            _rename_to_nothing(folder, target)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR) and target.exists():
                raise AtlasError(
                    f"{out} was made by another build meanwhile and is left as it is; choose another name, "
                    "or add --replace"
                ) from error
            raise
        return
    _allow(out, target, replace)
    if _renameat2(folder, target, _EXCHANGE):
        # What is removed is what was exchanged: look at it again, it may have changed since.
        if (why := _not_a_release(folder)) is not None and _renameat2(folder, target, _EXCHANGE):
            raise AtlasError(f"{out} is not replaced: {why}; choose another name")
        return
    # Without an exchange in one step (not Linux), the old one keeps a readable name until the new one stands.
    old = _free(target.with_name(f"{target.name}.replaced-"))
    target.rename(old)
    folder.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _rename_to_nothing(folder: Path, target: Path) -> None:
    """Rename where nothing stands; raise `OSError` where something does, even since a moment ago."""
    if not _renameat2(folder, target, _NOREPLACE):
        # A folder is never renamed over a file or a folder that holds something: the system refuses.
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        folder.rename(target)


def _renameat2(one: Path, other: Path, flag: int) -> bool:
    """Rename as Linux does with this flag; return False where the system or the file system cannot."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), flag) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NOT_HERE:
        return False
    raise OSError(code, os.strerror(code), str(other))
