import type { Ddl } from "../Dialect.ts"

/**
 * Fails the transaction of a statement that has not done what was expected of it, so that nobody has to wait for its answer. Its code is none of
 * PostgreSQL's own (`changed` in `Storage.ts`).
 */
export const up = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [],
    pg: [
      `CREATE FUNCTION stoa_expect(is_so BOOLEAN) RETURNS BOOLEAN LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        IF is_so IS NOT TRUE THEN
          RAISE EXCEPTION 'something is not as it was read any more' USING ERRCODE = 'ST001';
        END IF;
        RETURN TRUE;
      END $$`
    ]
  })
