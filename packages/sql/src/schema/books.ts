import type { Ddl } from "../Dialect.ts"

/**
 * The books' own laws: entries sum to zero in each transaction and currency, stay as they are, and fall into no period
 * that is closed.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE ledger_periods (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    ends_at ${d.text} NOT NULL,
    closed_at ${d.text} NOT NULL,
    closed_by ${d.text} NOT NULL,
    UNIQUE (store_id, ends_at)
  )${d.strict}`,
  "CREATE INDEX ledger_entries_by_time ON ledger_entries (store_id, at)",
  ...d.onDialect({
    sqlite: [
      // SQLite has no trigger for a whole statement. What is off after one row is owed until the transaction commits,
      // by a reference to nothing
      "CREATE TABLE ledger_nothing (amount INTEGER PRIMARY KEY CHECK (amount IS NULL)) STRICT",
      `CREATE TABLE ledger_unbalanced (
        store_id TEXT NOT NULL,
        transaction_key TEXT NOT NULL,
        currency TEXT NOT NULL,
        amount INTEGER NOT NULL REFERENCES ledger_nothing (amount) DEFERRABLE INITIALLY DEFERRED,
        PRIMARY KEY (store_id, transaction_key, currency)
      ) STRICT`,
      `CREATE TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries BEGIN
        INSERT INTO ledger_unbalanced (store_id, transaction_key, currency, amount)
        VALUES (NEW.store_id, NEW.transaction_key, NEW.currency, NEW.amount)
        ON CONFLICT (store_id, transaction_key, currency) DO UPDATE SET amount = amount + excluded.amount;
        DELETE FROM ledger_unbalanced
        WHERE store_id = NEW.store_id AND transaction_key = NEW.transaction_key AND currency = NEW.currency AND amount = 0;
      END`,
      `CREATE TRIGGER ledger_entries_open BEFORE INSERT ON ledger_entries
        WHEN EXISTS (SELECT 1 FROM ledger_periods p WHERE p.store_id = NEW.store_id AND p.ends_at > NEW.at)
      BEGIN
        SELECT RAISE(ABORT, 'the period is closed');
      END`,
      ...(["UPDATE", "DELETE"] as const).map((change) =>
        `CREATE TRIGGER ledger_entries_${change === "UPDATE" ? "fixed" : "kept"} BEFORE ${change} ON ledger_entries
        BEGIN
          SELECT RAISE(ABORT, 'the books only grow');
        END`
      )
    ],
    pg: [
      `CREATE FUNCTION stoa_ledger_written() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT 1 FROM added GROUP BY store_id, transaction_key, currency HAVING sum(amount) <> 0) THEN
          RAISE EXCEPTION 'the entries do not sum to zero' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM added a JOIN ledger_periods p ON p.store_id = a.store_id AND p.ends_at > a.at) THEN
          RAISE EXCEPTION 'the period is closed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
      END $$`,
      `CREATE TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION stoa_ledger_written()`,
      `CREATE FUNCTION stoa_ledger_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the books only grow' USING ERRCODE = 'check_violation';
      END $$`,
      `CREATE TRIGGER ledger_entries_fixed BEFORE UPDATE OR DELETE ON ledger_entries
        FOR EACH STATEMENT EXECUTE FUNCTION stoa_ledger_fixed()`
    ]
  })
]
