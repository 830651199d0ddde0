"""What can go wrong with the store.

StorageError
├── DatabaseNewer       the database was made by a newer Newswatch
├── NotReady            what a scheduler has to do comes first: starting again later cures it
│   └── SchemaDiffers   the database has another schema than this program, which may not change it
├── DatabaseGone        the database could not be reached for longer than we wait
├── LeaseLost           the source is no longer ours: write nothing, ask nothing
├── BackupFailed        no backup was written; the file of that name is as it was
├── CursorTooOld        a consumer's cursor cannot be followed any more
└── CursorMoved         somebody else moved a consumer's cursor
"""


class StorageError(Exception):
    """Anything that the store reports; the message names the cure where there is one."""


class DatabaseNewer(StorageError):
    """The database was upgraded by a newer version of Newswatch: install that version, or restore a backup."""


class NotReady(StorageError):
    """The database is not as this program needs it until a scheduler of its version has started."""


class SchemaDiffers(NotReady):
    """A worker changes no schema: start a scheduler of this version, which upgrades it, or install the other one."""


class DatabaseGone(StorageError):
    """The database could not be reached for longer than Newswatch waits."""


class LeaseLost(StorageError):
    """The lease of this visit ran out or was taken over: nothing more is written."""


class CursorTooOld(StorageError):
    """The changes after this cursor are not kept any more: export all articles anew and start from the last change."""


class BackupFailed(StorageError):
    """No backup could be written; the message says why, or what does it instead."""


class CursorMoved(StorageError):
    """Another process follows the changes under this name: give each consumer a name of its own."""
