import type { Ddl } from "../Dialect.ts"

/**
 * Levels, their ledger and the promises made of them.
 *
 * The ledger is written by triggers, so that no code, a plug-in's included, can change a level without leaving the row
 * that explains it. What changes a level says why in the `moved_` columns, or, if several things change it at once, in a
 * list of their own, `moves`. The `CHECK`s are the last line of defence against selling what is not there: `lowest` is
 * the least that may be available, 0 or what the variant may be sold beyond.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE locations (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    code ${d.text} NOT NULL,
    name ${d.text} NOT NULL,
    priority ${d.int} NOT NULL,
    active ${d.bool} NOT NULL,
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    UNIQUE (store_id, code)
  )${d.strict}`,
  `CREATE TABLE stock_levels (
    store_id ${d.text} NOT NULL,
    variant_id ${d.text} NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    location_id ${d.text} NOT NULL REFERENCES locations (id),
    on_hand ${d.int} NOT NULL,
    reserved ${d.int} NOT NULL CHECK (reserved >= 0),
    incoming ${d.int} NOT NULL DEFAULT 0,
    lowest ${d.int} NOT NULL DEFAULT 0,
    low_stock_threshold ${d.int},
    moved_kind ${d.text} NOT NULL,
    moved_reason ${d.text} NOT NULL,
    moved_reference ${d.text} NOT NULL,
    moved_actor ${d.text} NOT NULL,
    moved_on_hand ${d.int} NOT NULL,
    moved_reserved ${d.int} NOT NULL,
    moves ${d.json},
    version ${d.int} NOT NULL,
    updated_at ${d.text} NOT NULL,
    PRIMARY KEY (variant_id, location_id),
    CHECK (on_hand - reserved >= lowest)
  )${d.strict}`,
  "CREATE INDEX stock_levels_by_variant ON stock_levels (store_id, variant_id, location_id)",
  "CREATE INDEX stock_levels_by_location ON stock_levels (store_id, location_id, variant_id)",
  `CREATE TABLE stock_movements (
    sequence ${d.serial},
    store_id ${d.text} NOT NULL,
    variant_id ${d.text} NOT NULL,
    location_id ${d.text} NOT NULL,
    kind ${d.text} NOT NULL,
    on_hand_delta ${d.int} NOT NULL,
    reserved_delta ${d.int} NOT NULL,
    reason ${d.text} NOT NULL,
    reference ${d.text} NOT NULL,
    actor ${d.text} NOT NULL,
    at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX stock_movements_by_variant ON stock_movements (store_id, variant_id, sequence)",
  `CREATE TABLE reservations (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    reference ${d.text} NOT NULL,
    variant_id ${d.text} NOT NULL,
    location_id ${d.text} NOT NULL,
    quantity ${d.int} NOT NULL CHECK (quantity > 0),
    status ${d.text} NOT NULL,
    expires_at ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL
  )${d.strict}`,
  "CREATE INDEX reservations_by_reference ON reservations (store_id, reference)",
  "CREATE INDEX reservations_held ON reservations (store_id, variant_id) WHERE status = 'held'",
  "CREATE INDEX reservations_expiring ON reservations (store_id, expires_at) WHERE status = 'held'",
  ...d.onDialect({
    sqlite: [
      `CREATE TRIGGER stock_levels_created AFTER INSERT ON stock_levels
        WHEN NEW.moves IS NULL AND (NEW.on_hand <> 0 OR NEW.reserved <> 0)
      BEGIN
        ${movement("NEW.on_hand", "NEW.reserved")};
      END`,
      `CREATE TRIGGER stock_levels_created_at_once AFTER INSERT ON stock_levels
        WHEN NEW.moves IS NOT NULL
      BEGIN
        ${movesSqlite("NEW.on_hand", "NEW.reserved")};
      END`,
      `CREATE TRIGGER stock_levels_moved AFTER UPDATE OF on_hand, reserved ON stock_levels
        WHEN (NEW.moves IS NULL OR NEW.moves IS OLD.moves)
          AND (NEW.on_hand <> OLD.on_hand OR NEW.reserved <> OLD.reserved)
      BEGIN
        ${movement("NEW.on_hand - OLD.on_hand", "NEW.reserved - OLD.reserved")};
      END`,
      `CREATE TRIGGER stock_levels_moved_at_once AFTER UPDATE OF on_hand, reserved ON stock_levels
        WHEN NEW.moves IS NOT NULL AND NEW.moves IS NOT OLD.moves
      BEGIN
        ${movesSqlite("NEW.on_hand - OLD.on_hand", "NEW.reserved - OLD.reserved")};
      END`,
      `CREATE TRIGGER stock_levels_removed AFTER DELETE ON stock_levels
        WHEN OLD.on_hand <> 0 OR OLD.reserved <> 0
      BEGIN
        ${removal("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")};
      END`,
      `CREATE TRIGGER stock_movements_fixed BEFORE UPDATE ON stock_movements
      BEGIN
        SELECT RAISE(ABORT, 'the stock ledger only grows');
      END`,
      `CREATE TRIGGER stock_movements_kept BEFORE DELETE ON stock_movements
      BEGIN
        SELECT RAISE(ABORT, 'the stock ledger only grows');
      END`
    ],
    pg: [
      `CREATE FUNCTION stoa_stock_moved() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'INSERT' THEN
          IF NEW.moves IS NULL THEN
            ${movement("NEW.on_hand", "NEW.reserved")};
          ELSE
            ${movesPg("NEW.on_hand", "NEW.reserved")};
          END IF;
        ELSIF TG_OP = 'UPDATE' THEN
          IF NEW.moves IS NULL OR NEW.moves IS NOT DISTINCT FROM OLD.moves THEN
            ${movement("NEW.on_hand - OLD.on_hand", "NEW.reserved - OLD.reserved")};
          ELSE
            ${movesPg("NEW.on_hand - OLD.on_hand", "NEW.reserved - OLD.reserved")};
          END IF;
        ELSE
          ${removal("to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")};
        END IF;
        RETURN NULL;
      END $$`,
      `CREATE TRIGGER stock_levels_created AFTER INSERT ON stock_levels FOR EACH ROW
        WHEN (NEW.on_hand <> 0 OR NEW.reserved <> 0 OR NEW.moves IS NOT NULL) EXECUTE FUNCTION stoa_stock_moved()`,
      `CREATE TRIGGER stock_levels_moved AFTER UPDATE OF on_hand, reserved ON stock_levels FOR EACH ROW
        WHEN (NEW.on_hand <> OLD.on_hand OR NEW.reserved <> OLD.reserved
          OR (NEW.moves IS NOT NULL AND NEW.moves IS DISTINCT FROM OLD.moves)) EXECUTE FUNCTION stoa_stock_moved()`,
      `CREATE TRIGGER stock_levels_removed AFTER DELETE ON stock_levels FOR EACH ROW
        WHEN (OLD.on_hand <> 0 OR OLD.reserved <> 0) EXECUTE FUNCTION stoa_stock_moved()`,
      `CREATE FUNCTION stoa_stock_ledger_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the stock ledger only grows';
      END $$`,
      `CREATE TRIGGER stock_movements_fixed BEFORE UPDATE OR DELETE ON stock_movements FOR EACH ROW
        EXECUTE FUNCTION stoa_stock_ledger_fixed()`
    ]
  })
]

const movement = (onHand: string, reserved: string): string =>
  `INSERT INTO stock_movements
    (store_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, reason, reference, actor, at)
  VALUES
    (NEW.store_id, NEW.variant_id, NEW.location_id, NEW.moved_kind, ${onHand}, ${reserved}, NEW.moved_reason,
     NEW.moved_reference, NEW.moved_actor, NEW.updated_at)`

const movesInto = `INSERT INTO stock_movements
    (store_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, reason, reference, actor, at)
  SELECT NEW.store_id, NEW.variant_id, NEW.location_id, `

const unexplained = "the movements do not add up to the change of the level"

/** Several movements at once, which must add up to what the level changed by. */
const movesSqlite = (onHand: string, reserved: string): string =>
  `SELECT RAISE(ABORT, '${unexplained}')
  WHERE (SELECT sum(value ->> 1) FROM json_each(NEW.moves)) IS NOT ${onHand}
    OR (SELECT sum(value ->> 2) FROM json_each(NEW.moves)) IS NOT ${reserved};
  ${movesInto} value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
  FROM json_each(NEW.moves) ORDER BY key`

const movesPg = (onHand: string, reserved: string): string =>
  `IF EXISTS (
    SELECT 1 FROM jsonb_array_elements(NEW.moves::jsonb) AS listed (move)
    HAVING sum((move ->> 1)::bigint) IS DISTINCT FROM (${onHand})::numeric
      OR sum((move ->> 2)::bigint) IS DISTINCT FROM (${reserved})::numeric
  ) THEN
    RAISE EXCEPTION '${unexplained}';
  END IF;
  ${movesInto} move ->> 0, (move ->> 1)::bigint, (move ->> 2)::bigint, move ->> 3, move ->> 4, move ->> 5, move ->> 6
  FROM jsonb_array_elements(NEW.moves::jsonb) WITH ORDINALITY AS listed (move, place) ORDER BY place`

/** A level goes with its variant; the ledger says so, and its sum is zero again. */
const removal = (now: string): string =>
  `INSERT INTO stock_movements
    (store_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, reason, reference, actor, at)
  VALUES
    (OLD.store_id, OLD.variant_id, OLD.location_id, 'remove', -OLD.on_hand, -OLD.reserved, 'the variant was deleted', '',
     'storage', ${now})`
