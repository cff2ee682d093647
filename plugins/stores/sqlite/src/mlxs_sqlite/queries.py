"""What is asked of the table."""

from __future__ import annotations

_COLUMNS = "kind, id, data, parent_kind, parent_id, expires"


def _below(roots: str) -> str:
    """The rows that match, and all that belongs to them."""
    return f"""(kind, id) IN (WITH RECURSIVE below (kind, id) AS (
        SELECT kind, id FROM record WHERE {roots}
        UNION SELECT record.kind, record.id FROM record JOIN below ON parent_kind = below.kind AND parent_id = below.id
    ) SELECT kind, id FROM below)"""


SAVE = f"""INSERT INTO record ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, id) DO UPDATE SET data = excluded.data, parent_kind = excluded.parent_kind,
    parent_id = excluded.parent_id, expires = excluded.expires"""

FIND = f"SELECT {_COLUMNS} FROM record WHERE kind = ? AND id = ?"

# How many records there are upward from this one, itself included, and when the first of them expires.
LIFE = """WITH RECURSIVE above (kind, id, parent_kind, parent_id, expires) AS (
    SELECT kind, id, parent_kind, parent_id, expires FROM record WHERE kind = ? AND id = ?
    UNION SELECT record.kind, record.id, record.parent_kind, record.parent_id, record.expires
    FROM record JOIN above ON record.kind = above.parent_kind AND record.id = above.parent_id
) SELECT count(*), min(expires) FROM above"""

PLACE = "SELECT place FROM record WHERE parent_kind = ? AND parent_id = ? AND id = ? ORDER BY place LIMIT 1"

_CHILDREN = f"""SELECT {_COLUMNS} FROM record
WHERE parent_kind = ? AND parent_id = ? AND (expires IS NULL OR expires > ?) AND (? IS NULL OR place {{}} ?)
ORDER BY place {{}} LIMIT ?"""
CHILDREN = _CHILDREN.format(">", "ASC")
NEWEST_CHILDREN = _CHILDREN.format("<", "DESC")

RENEW = "UPDATE record SET expires = ? WHERE kind = ? AND id = ?"

DELETE = f"DELETE FROM record WHERE {_below('kind = ? AND id = ?')}"

EXPIRED = f"SELECT {_COLUMNS} FROM record WHERE expires <= ? AND parent_kind IS NULL ORDER BY expires LIMIT 1"
COUNT_EXPIRED = "SELECT count(*) FROM record WHERE expires <= ? AND parent_kind IS NULL"
BELOW = f"SELECT {_COLUMNS} FROM record WHERE {_below('parent_kind = ? AND parent_id = ?')} ORDER BY place"

# Once more with the time: while it was archived it may have been used again.
DELETE_EXPIRED = f"DELETE FROM record WHERE {_below('kind = ? AND id = ? AND expires <= ?')}"
DELETE_ALL_EXPIRED = f"DELETE FROM record WHERE {_below('expires <= ?')}"
