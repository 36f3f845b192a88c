import type { Ddl } from "../Dialect.ts"

/**
 * Levels, their ledger and the promises made of them.
 *
 * The ledger is written by triggers, so that no code, a plug-in's included, can change a level without leaving the row
 * that explains it. What changes a level says why in the `moved_` columns. The `CHECK`s are the last line of defence
 * against selling what is not there: `lowest` is the least that may be available, 0 or what the variant may be sold
 * beyond.
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
        WHEN NEW.on_hand <> 0 OR NEW.reserved <> 0
      BEGIN
        ${movement("NEW.on_hand", "NEW.reserved")};
      END`,
      `CREATE TRIGGER stock_levels_moved AFTER UPDATE OF on_hand, reserved ON stock_levels
        WHEN NEW.on_hand <> OLD.on_hand OR NEW.reserved <> OLD.reserved
      BEGIN
        ${movement("NEW.on_hand - OLD.on_hand", "NEW.reserved - OLD.reserved")};
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
          ${movement("NEW.on_hand", "NEW.reserved")};
        ELSIF TG_OP = 'UPDATE' THEN
          ${movement("NEW.on_hand - OLD.on_hand", "NEW.reserved - OLD.reserved")};
        ELSE
          ${removal("to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")};
        END IF;
        RETURN NULL;
      END $$`,
      `CREATE TRIGGER stock_levels_created AFTER INSERT ON stock_levels FOR EACH ROW
        WHEN (NEW.on_hand <> 0 OR NEW.reserved <> 0) EXECUTE FUNCTION stoa_stock_moved()`,
      `CREATE TRIGGER stock_levels_moved AFTER UPDATE OF on_hand, reserved ON stock_levels FOR EACH ROW
        WHEN (NEW.on_hand <> OLD.on_hand OR NEW.reserved <> OLD.reserved) EXECUTE FUNCTION stoa_stock_moved()`,
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

/** A level goes with its variant; the ledger says so, and its sum is zero again. */
const removal = (now: string): string =>
  `INSERT INTO stock_movements
    (store_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, reason, reference, actor, at)
  VALUES
    (OLD.store_id, OLD.variant_id, OLD.location_id, 'remove', -OLD.on_hand, -OLD.reserved, 'the variant was deleted', '',
     'storage', ${now})`
