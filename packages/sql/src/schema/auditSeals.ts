import type { Ddl } from "../Dialect.ts"

/** The chain of the audit log, and what is not in it yet, which the database itself writes down. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE audit_seals (
    store_id ${d.text} NOT NULL,
    position ${d.int} NOT NULL CHECK (position > 0),
    entry_id ${d.text} NOT NULL,
    hash ${d.text} NOT NULL,
    stamp ${d.text},
    sealed_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, position),
    UNIQUE (store_id, entry_id)
  )${d.strict}`,
  `CREATE TABLE audit_unsealed (
    store_id ${d.text} NOT NULL,
    entry_id ${d.text} NOT NULL,
    PRIMARY KEY (store_id, entry_id)
  )${d.strict}`,
  "CREATE INDEX audit_log_by_actor ON audit_log (store_id, actor, id)",
  ...d.onDialect({
    sqlite: [
      `CREATE TRIGGER audit_log_written AFTER INSERT ON audit_log BEGIN
        INSERT INTO audit_unsealed (store_id, entry_id) VALUES (NEW.store_id, NEW.id);
      END`
    ],
    pg: [
      `CREATE FUNCTION stoa_audit_written() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO audit_unsealed (store_id, entry_id) VALUES (NEW.store_id, NEW.id);
        RETURN NULL;
      END $$`,
      "CREATE TRIGGER audit_log_written AFTER INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION stoa_audit_written()"
    ]
  }),
  "INSERT INTO audit_unsealed (store_id, entry_id) SELECT store_id, id FROM audit_log"
]
