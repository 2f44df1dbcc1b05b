"""The statements of the ledger; each takes whole batches as arrays or one JSON recordset."""

from typing import Final

from scenes.common.booking.tables import LAPSED

_WINDOW_COLUMNS: Final = """id, scene, place_id, group_id, title, resource, starts_at, ends_at, capacity,
 taken, opens_at, closes_at, audience, falls_through_at, state, price_fen, hold_seconds, terms"""

LOCK_WINDOWS: Final = (
    f"SELECT {_WINDOW_COLUMNS} FROM booking_window WHERE id = ANY($1) ORDER BY id FOR UPDATE"  # noqa: S608
)

LOCK_FREE_WINDOWS: Final = LOCK_WINDOWS + " SKIP LOCKED"

LINES: Final = """
SELECT l.booking_id, l.window_id, l.label, l.units, l.unit_fen, b.relocations
FROM booking_line l JOIN booking b ON b.id = l.booking_id
WHERE l.booking_id = ANY($1) ORDER BY l.booking_id, l.window_id"""

BOOKINGS: Final = """
SELECT b.*, p.name AS person_name, q.name AS booked_by_name
FROM booking b JOIN person p ON p.id = b.person_id JOIN person q ON q.id = b.booked_by
WHERE b.id = ANY($1) ORDER BY b.id"""

LOCK_BOOKINGS: Final = BOOKINGS + " FOR UPDATE OF b"

_KEPT: Final = """
SELECT 'answer' AS kind, i.owner_id AS id, i.key AS text, i.fingerprint, i.status, i.body,
 NULL::date AS birth_date, NULL::text AS standings
FROM idempotency i
JOIN unnest($1::uuid[], $2::text[]) AS k(owner_id, key) ON i.owner_id = k.owner_id AND i.key = k.key"""

_HELD: Final = f"""
SELECT CASE WHEN {LAPSED.format(now="$3")} THEN 'lapsed' ELSE 'active' END,
 b.id, b.exclusivity_key, NULL, NULL, NULL, NULL, NULL
FROM booking b WHERE b.exclusivity_key = ANY($4) AND b.state IN ('held', 'confirmed', 'checked_in')"""  # noqa: S608 - constants

_PERSONS: Final = """
SELECT 'person', p.id, p.name, NULL, NULL, NULL, p.birth_date,
 (SELECT json_agg(json_build_object('key', s.key, 'valid_from', s.valid_from, 'valid_until', s.valid_until))
  FROM booking_standing s WHERE s.person_id = p.id)::text
FROM person p WHERE p.id = ANY($5)"""

_IS_LAPSED: Final = f"(SELECT {LAPSED.format(now='{now}')} FROM booking b WHERE b.id = l.booking_id)"  # noqa: S608 - constants
"""Whether a line's booking has lapsed, read by its key.

A join would let the planner choose, and after a release minute, before the statistics have caught up, it
reads the whole table: refusals went from 14,000 a second to 400.
"""

_ROOM: Final = f"""
SELECT 'room', w.id, NULL, NULL, NULL, NULL, NULL, NULL FROM booking_window w
WHERE w.id = ANY($5) AND (w.capacity > w.taken OR (
  SELECT true FROM booking_line l WHERE l.window_id = w.id AND {_IS_LAPSED.format(now="$3")} LIMIT 1))"""  # noqa: S608 - constants

FOR_CLAIMS: Final = f"{_KEPT} UNION ALL {_HELD} UNION ALL {_PERSONS}"
"""All that claims are judged by beside their windows, in one round trip.

Parameters: owners, keys, now, exclusivity keys, people.
"""

FOR_HOPELESS: Final = f"{_KEPT} UNION ALL {_HELD} UNION ALL {_ROOM}"
"""All that a quick no must not overlook. Parameters: owners, keys, now, exclusivity keys, windows."""

LAPSED_ON: Final = f"""
SELECT DISTINCT l.booking_id AS id FROM booking_line l
WHERE l.window_id = ANY($1) AND {_IS_LAPSED.format(now="$2")} LIMIT 500"""  # noqa: S608 - constants

WAITING_GROUPS: Final = """
SELECT DISTINCT group_id FROM waitlist_entry WHERE group_id = ANY($1) AND state = 'waiting'"""

UPDATE_BOOKINGS: Final = """
UPDATE booking b SET state = r.state, hold_expires_at = r.hold_expires_at, extensions = r.extensions,
 queue_no = r.queue_no, updated_at = r.updated_at, version = r.version, place_id = r.place_id,
 group_id = r.group_id, title = r.title, resource = r.resource, starts_at = r.starts_at, ends_at = r.ends_at,
 no_show_at = r.no_show_at, relocations = r.relocations, terms = r.terms, details = r.details,
 exclusivity_key = r.exclusivity_key, arrived_at = r.arrived_at
FROM json_populate_recordset(NULL::booking, $1::json) r WHERE b.id = r.id"""

WRITE: Final = """
WITH bookings AS (
  INSERT INTO booking SELECT * FROM json_populate_recordset(NULL::booking, $1::json)),
lines AS (
  INSERT INTO booking_line SELECT * FROM json_populate_recordset(NULL::booking_line, $2::json)),
events AS (
  INSERT INTO outbox SELECT * FROM json_populate_recordset(NULL::outbox, $3::json)),
answers AS (
  INSERT INTO idempotency (owner_id, key, fingerprint, status, body, at)
  SELECT *, $9 FROM unnest($4::uuid[], $5::text[], $6::bytea[], $7::int[], $8::bytea[]))
UPDATE booking_window w SET taken = r.taken
FROM unnest($10::uuid[], $11::int[]) AS r(id, taken) WHERE w.id = r.id"""
"""All that a batch adds, in one round trip; the parts touch different tables."""

DELETE_LINES: Final = "DELETE FROM booking_line WHERE booking_id = ANY($1)"

INSERT_LINES: Final = """
INSERT INTO booking_line SELECT * FROM json_populate_recordset(NULL::booking_line, $1::json)"""

INSERT_RETURNS: Final = """
INSERT INTO unit_return (id, window_id, group_id, units, due_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::timestamptz[])"""

NEXT_NUMBERS: Final = """
INSERT INTO booking_queue (group_id, last_no) SELECT * FROM unnest($1::uuid[], $2::int[]) ORDER BY 1
ON CONFLICT (group_id) DO UPDATE SET last_no = booking_queue.last_no + EXCLUDED.last_no
RETURNING group_id, last_no"""

UNUSED_NUMBERS: Final = """
UPDATE booking_queue q SET last_no = q.last_no - r.unused
FROM unnest($1::uuid[], $2::int[]) AS r(group_id, unused) WHERE q.group_id = r.group_id"""

SETTLE_OFFERS: Final = """
UPDATE waitlist_entry w SET state = r.state, updated_at = $3
FROM unnest($1::uuid[], $2::text[]) AS r(booking_id, state)
WHERE w.booking_id = r.booking_id AND w.state = 'offered'"""

DUE_RETURNS: Final = """
SELECT id, window_id FROM unit_return WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2"""

TAKE_RETURNS: Final = """
SELECT id, window_id, group_id, units FROM unit_return
WHERE id = ANY($1) ORDER BY due_at, id FOR UPDATE SKIP LOCKED"""

DELETE_RETURNS: Final = "DELETE FROM unit_return WHERE id = ANY($1)"

NEXT_WAITING: Final = """
SELECT id, person_id, booked_by, group_id FROM waitlist_entry
WHERE group_id = ANY($1) AND state = 'waiting' AND clears_at > $2
ORDER BY group_id, created_at, id LIMIT 1000 FOR UPDATE"""

OFFER: Final = """
UPDATE waitlist_entry w SET state = 'offered', booking_id = r.booking_id, updated_at = $3
FROM unnest($1::uuid[], $2::uuid[]) AS r(id, booking_id) WHERE w.id = r.id"""

EXPIRED_HOLDS: Final = """
SELECT id FROM booking WHERE state = 'held' AND hold_expires_at <= $1 ORDER BY hold_expires_at LIMIT $2"""

MISSED: Final = """
SELECT id FROM booking WHERE state = 'confirmed' AND no_show_at <= $1 ORDER BY no_show_at LIMIT $2"""
