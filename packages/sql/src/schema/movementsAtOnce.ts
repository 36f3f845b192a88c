import type { Ddl } from "../Dialect.ts"

/**
 * Movements of all levels that a statement changes are written by one statement. PostgreSQL otherwise begins one for each level, and reads
 * the condition of the trigger from its text every time. A level that would change its variant or place is refused, as nobody could tell
 * what moved.
 */
export const up = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [],
    pg: [
      `CREATE FUNCTION stoa_stock_levels_moved() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO stock_movements
          (store_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, reason, reference, actor, at)
        SELECT n.store_id, n.variant_id, n.location_id, n.moved_kind, n.on_hand - o.on_hand, n.reserved - o.reserved,
          n.moved_reason, n.moved_reference, n.moved_actor, n.updated_at
        FROM now_levels n LEFT JOIN old_levels o ON o.variant_id = n.variant_id AND o.location_id = n.location_id
        WHERE (n.on_hand IS DISTINCT FROM o.on_hand OR n.reserved IS DISTINCT FROM o.reserved)
          AND (n.moves IS NULL OR n.moves IS NOT DISTINCT FROM o.moves);
        IF EXISTS (SELECT 1 FROM now_levels WHERE moves IS NOT NULL) THEN
          IF EXISTS (
            SELECT 1 FROM now_levels n LEFT JOIN old_levels o ON o.variant_id = n.variant_id AND o.location_id = n.location_id
            WHERE n.moves IS DISTINCT FROM o.moves AND n.moves IS NOT NULL AND EXISTS (
              SELECT 1 FROM jsonb_array_elements(n.moves::jsonb) AS listed (move)
              HAVING sum((move ->> 1)::bigint) IS DISTINCT FROM (n.on_hand - o.on_hand)::numeric
                OR sum((move ->> 2)::bigint) IS DISTINCT FROM (n.reserved - o.reserved)::numeric)
          ) THEN
            RAISE EXCEPTION 'the movements do not add up to the change of the level';
          END IF;
          INSERT INTO stock_movements
            (store_id, variant_id, location_id, kind, on_hand_delta, reserved_delta, reason, reference, actor, at)
          SELECT n.store_id, n.variant_id, n.location_id, move ->> 0, (move ->> 1)::bigint, (move ->> 2)::bigint, move ->> 3,
            move ->> 4, move ->> 5, move ->> 6
          FROM now_levels n LEFT JOIN old_levels o ON o.variant_id = n.variant_id AND o.location_id = n.location_id
            CROSS JOIN LATERAL jsonb_array_elements(n.moves::jsonb) WITH ORDINALITY AS listed (move, place)
          WHERE n.moves IS DISTINCT FROM o.moves AND n.moves IS NOT NULL
          ORDER BY n.variant_id, n.location_id, place;
        END IF;
        RETURN NULL;
      END $$`,
      "DROP TRIGGER stock_levels_moved ON stock_levels",
      `CREATE TRIGGER stock_levels_moved AFTER UPDATE ON stock_levels REFERENCING OLD TABLE AS old_levels NEW TABLE AS now_levels
        FOR EACH STATEMENT EXECUTE FUNCTION stoa_stock_levels_moved()`
    ]
  })
