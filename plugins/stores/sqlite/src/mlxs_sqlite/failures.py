"""What SQLite complains of, said so that the reader knows what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlxs.errors import BadRequest, MlxsError

# The low byte of SQLite's extended error codes: https://sqlite.org/rescode.html
ADVICE = {
    sqlite3.SQLITE_BUSY: "another process keeps it locked; end that one, or choose another --state-dir",
    sqlite3.SQLITE_CANTOPEN: "choose a --state-dir that can be written to",
    sqlite3.SQLITE_CORRUPT: "it is damaged; move it away, and a new one is begun",
    sqlite3.SQLITE_FULL: "the disk is full; make room",
    sqlite3.SQLITE_IOERR: "the disk fails; choose another --state-dir",
    sqlite3.SQLITE_NOTADB: "it is damaged, or something else's; move it away, and a new one is begun",
    sqlite3.SQLITE_PERM: "choose a --state-dir that can be written to",
    sqlite3.SQLITE_READONLY: "choose a --state-dir that can be written to",
}


@contextmanager
def explained(file: Path) -> Iterator[None]:
    """Turn what goes wrong within the block into MlxsError, or BadRequest where the client is to blame."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise BadRequest("what this belongs to is not kept any more", code="not_found") from None
    except UnicodeEncodeError:
        raise BadRequest("an id must be text that can be written as UTF-8") from None
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise MlxsError(f"{file}: {error}" + (f": {ADVICE[code]}" if code in ADVICE else "")) from error
    except OSError as error:
        raise MlxsError(f"{file}: {error.strerror}; choose a --state-dir that can be written to") from None
