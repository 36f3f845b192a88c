import type { Ddl } from "../Dialect.ts"

const sums = ["placed", "cancelled", "orders", "items", "subtotal", "discount", "shipping", "tax", "total", "refunded"] as const

const key = "store_id, day, currency"

const dayOf = (time: string): string => `substr(${time}, 1, 10)`

/** Of the rows of quarters called `from`, what each day sums up; in one order, so that no two transactions wait for each other. */
const summed = (from: string): string =>
  `SELECT store_id, ${dayOf("quarter")} AS day, currency, ${sums.map((name) => `sum(${name})`).join(", ")}
    FROM ${from} GROUP BY store_id, ${dayOf("quarter")}, currency ORDER BY 1, 2, 3`

/** Of the rows of buyers called `from`, how many ordered first on each day. */
const counted = (from: string): string =>
  `SELECT store_id, ${dayOf("first_at")} AS day, currency, count(*) FROM ${from}
    GROUP BY store_id, ${dayOf("first_at")}, currency ORDER BY 1, 2, 3`

const plus = sums.map((name) => `${name} = sales_by_day.${name} + excluded.${name}`).join(", ")
const minus = sums.map((name) => `${name} = sales_by_day.${name} - excluded.${name}`).join(", ")

const added = (rows: string): string =>
  `INSERT INTO sales_by_day (${key}, ${sums.join(", ")}) ${rows} ON CONFLICT (${key}) DO UPDATE SET ${plus}`
const removed = (rows: string): string =>
  `INSERT INTO sales_by_day (${key}, ${sums.join(", ")}) ${rows} ON CONFLICT (${key}) DO UPDATE SET ${minus}`
const first = (rows: string, sign: "+" | "-"): string =>
  `INSERT INTO sales_by_day (${key}, first_orders) ${rows} ON CONFLICT (${key}) DO UPDATE SET first_orders = sales_by_day.first_orders ${sign} excluded.first_orders`

const rowOf = (row: "NEW" | "OLD"): string =>
  `VALUES (${row}.store_id, ${dayOf(`${row}.quarter`)}, ${row}.currency, ${sums.map((name) => `${row}.${name}`).join(", ")})`
const buyerOf = (row: "NEW" | "OLD"): string => `VALUES (${row}.store_id, ${dayOf(`${row}.first_at`)}, ${row}.currency, 1)`

/**
 * Sums of orders by day (UTC), and how many buyers ordered for the first time: what `sales_by_quarter` and `sales_by_buyer` say, added up by the
 * database itself, so that a figure of a month reads thirty rows of it and not thousands of quarters.
 */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE sales_by_day (
    store_id ${d.text} NOT NULL,
    day ${d.text} NOT NULL,
    currency ${d.text} NOT NULL,
    ${sums.map((name) => `${name} ${d.int} NOT NULL DEFAULT 0`).join(",\n    ")},
    first_orders ${d.int} NOT NULL DEFAULT 0,
    PRIMARY KEY (${key})
  )${d.strict}`,
  ...d.onDialect({
    sqlite: [
      `CREATE TRIGGER sales_by_quarter_added AFTER INSERT ON sales_by_quarter BEGIN ${added(rowOf("NEW"))}; END`,
      `CREATE TRIGGER sales_by_quarter_removed AFTER DELETE ON sales_by_quarter BEGIN ${removed(rowOf("OLD"))}; END`,
      `CREATE TRIGGER sales_by_buyer_added_by_day AFTER INSERT ON sales_by_buyer BEGIN ${first(buyerOf("NEW"), "+")}; END`,
      `CREATE TRIGGER sales_by_buyer_removed_by_day AFTER DELETE ON sales_by_buyer BEGIN ${first(buyerOf("OLD"), "-")}; END`
    ],
    // in the order in which the tables are written, so that nobody who writes both waits for this while it waits for them
    pg: ([
      ["sales_by_quarter_added", "INSERT", "NEW", "sales_by_quarter", added(summed("changed"))],
      ["sales_by_quarter_removed", "DELETE", "OLD", "sales_by_quarter", removed(summed("changed"))],
      ["sales_by_buyer_added_by_day", "INSERT", "NEW", "sales_by_buyer", first(counted("changed"), "+")],
      ["sales_by_buyer_removed_by_day", "DELETE", "OLD", "sales_by_buyer", first(counted("changed"), "-")]
    ] as const).flatMap(([name, event, rows, table, statement]) => [
      `CREATE FUNCTION stoa_${name}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        ${statement};
        RETURN NULL;
      END $$`,
      `CREATE TRIGGER ${name} AFTER ${event} ON ${table} REFERENCING ${rows} TABLE AS changed FOR EACH STATEMENT
        EXECUTE FUNCTION stoa_${name}()`
    ])
  }),
  // what is written until the triggers are there is summed up now, and what is written afterwards by them
  `INSERT INTO sales_by_day (${key}, ${sums.join(", ")}) ${summed("sales_by_quarter")}`,
  `INSERT INTO sales_by_day (${key}, first_orders)
    SELECT store_id, ${dayOf("quarter")} AS day, currency, sum(buyers) FROM first_orders_by_quarter WHERE true
    GROUP BY store_id, ${dayOf("quarter")}, currency
    ON CONFLICT (${key}) DO UPDATE SET first_orders = excluded.first_orders`
]
