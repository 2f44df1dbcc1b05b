-- The same booking as one plain transaction in one round trip: take a unit, write the same five rows.
\set p random(1, :people)
\set c random(0, 99999999)
\set w random(:first, :last)
WITH w AS (
  UPDATE booking_window SET taken = taken + 1
  WHERE id = (SELECT id FROM bench_window WHERE n = :w) AND taken < capacity RETURNING *),
b AS (
  INSERT INTO booking (id, scene, state, place_id, group_id, title, resource, person_id, booked_by, starts_at,
    ends_at, hold_seconds, extensions, offered, amount_fen, code, terms, exclusivity_key, created_at, updated_at,
    version)
  SELECT uuidv7(), scene, 'confirmed', place_id, group_id, title, resource, p.id, p.id, starts_at, ends_at,
    hold_seconds, 0, false, 0, md5(random()::text), terms, group_id || ':' || uuidv7(), now(), now(), 1
  FROM w, bench_person p WHERE p.n = :p RETURNING *),
l AS (
  INSERT INTO booking_line (booking_id, window_id, label, units, unit_fen)
  SELECT b.id, w.id, b.resource, 1, 0 FROM b, w),
i AS (
  INSERT INTO idempotency (owner_id, key, fingerprint, status, body, at)
  SELECT person_id, id::text, '\x00112233445566778899aabbccddeeff'::bytea, 201,
    convert_to(repeat('x', 900), 'UTF8'), now() FROM b)
INSERT INTO outbox (id, topic, subject_id, payload, at, next_try_at, tries)
SELECT uuidv7(), 'booking.confirmed', person_id, jsonb_build_object('bookingId', id, 'scene', scene, 'placeId',
  place_id, 'groupId', group_id, 'windowIds', jsonb_build_array(id), 'amountFen', 0, 'startsAt', starts_at,
  'title', title, 'resource', resource, 'bookedBy', booked_by, 'offered', false, 'by', 'resident'),
  now(), now(), 0 FROM b;
