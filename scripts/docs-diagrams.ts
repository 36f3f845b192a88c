/**
 * Draws docs/states.md and docs/schema.md from the code. With `--check` it only says whether they are up to date.
 */
import { sqlite } from "@stoa/adapter-sqlite"
import { AddedState, Claim, Fulfilment, Order, OrderStates, Payment, Referral, Return, Review, StateMachine } from "@stoa/core"
import { EngineMigrations } from "@stoa/sql"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const docs = (name: string) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url))

const machines = [
  {
    title: "Order",
    about: "What an order goes through. A failed order is one whose payment was refused; it can be paid by other means.",
    machine: Order.machine
  },
  {
    title: "Payment",
    about: "One attempt to get the money of an order. A late success after a failure or a cancellation is accepted, "
      + "because the gateway's truth counts; the money goes back if the order cannot use it.",
    machine: Payment.machine
  },
  {
    title: "Fulfilment",
    about: "A part of an order on its way. Steps may be left out, but what has left comes back as a return only.",
    machine: Fulfilment.machine
  },
  {
    title: "Return",
    about: "What a buyer gives back. It is refunding while the money is asked for, and received again if that is refused; "
      + "what is closed was received, and no money goes back for it.",
    machine: Return.machine
  },
  {
    title: "Claim",
    about: "What was lost, broken, wrong or missing. What somebody has decided about it is its end.",
    machine: Claim.machine
  },
  {
    title: "Review",
    about: "What a customer thinks of a product. Only what is published is shown and counts; reports and changes hold it.",
    machine: Review.machine
  },
  {
    title: "Referral",
    about: "A friend who came by the code of a customer. It waits while the friend's first order can still be sent back.",
    machine: Referral.machine
  }
] as const

/** The states of an example, where readers see what adding some does. */
const withExample = Effect.gen(function*() {
  const registry = yield* OrderStates.make
  yield* registry.add({ name: "inspected", base: "processing", to: ["shipped"], required: true, title: { en: "Inspected" } })
  return StateMachine.toMermaid(AddedState.extended(OrderStates.refinable, yield* registry.all))
})

const states = (): string =>
  [
    "# State machines",
    "",
    "Drawn from the tables in the code by `pnpm docs:draw`. Whatever a table does not allow is refused with",
    "`illegal_transition`, which names what is allowed.",
    ...machines.flatMap(({ about, machine, title }) => [
      "",
      `## ${title}`,
      "",
      about,
      "",
      "```mermaid",
      StateMachine.toMermaid(machine as StateMachine.StateMachine<string, string>),
      "```",
      "",
      "| state | allows |",
      "| --- | --- |",
      ...StateMachine.states(machine as StateMachine.StateMachine<string, string>).map((state) => {
        const allowed = StateMachine.allowed(machine as StateMachine.StateMachine<string, string>, state)
        return `| ${state} | ${allowed.join(", ") || "nothing: it is final"} |`
      })
    ]),
    "",
    "## States of plug-ins",
    "",
    "[Plug-ins](plugins.md#states) add states to those of orders and fulfilments. This is an order with the state of",
    "[an example](../examples/custom-plugin): `inspected`, which is required before it is shipped.",
    "",
    "```mermaid",
    Effect.runSync(withExample),
    "```",
    "",
    "The state of a payment is what its gateway says, and no plug-in adds to it. What of a payment the shop is about to ask for (`capture`,",
    "`refund` and `void`, which is `cancel` of its machine) a plug-in can refuse: see [plugins.md](plugins.md#guards-of-payments).",
    ""
  ].join("\n")

interface Column {
  readonly name: string
  readonly type: string
  readonly pk: number
}

const schema = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql<{ name: string }>`
    SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'product_search%' AND name NOT LIKE 'search_word%'
      AND name NOT LIKE 'effect_%' AND name NOT LIKE 'stoa_jobs%' ORDER BY name`
  const boxes: Array<string> = []
  const arrows: Array<string> = []
  for (const { name } of tables) {
    const columns = yield* sql<Column>`SELECT name, type, pk FROM pragma_table_info(${name})`
    const keys = yield* sql<{ table: string; from: string }>`
      SELECT "table", "from" FROM pragma_foreign_key_list(${name})`
    const foreign = new Set(keys.map((key) => key.from))
    boxes.push(
      `  ${name} {`,
      ...columns.map((column) =>
        `    ${column.type.toLowerCase()} ${column.name}${column.pk > 0 ? " PK" : foreign.has(column.name) ? " FK" : ""}`
      ),
      "  }"
    )
    for (const key of keys) arrows.push(`  ${key.table} ||--o{ ${name} : ${key.from}`)
  }
  return [
    "# Schema",
    "",
    "Drawn by `pnpm docs:draw` from a database that the migrations have just made. Every table of a store's data carries",
    "`store_id`, and every query filters by it. The tables of the durable queue and of full-text search are left out.",
    "",
    "```mermaid",
    "erDiagram",
    ...arrows,
    ...boxes,
    "```",
    "",
    "## Migrations",
    "",
    "| | |",
    "| --- | --- |",
    ...EngineMigrations.migrations.migrations.map(({ id, name }) => `| ${id} | ${name} |`),
    ""
  ].join("\n")
})

const pages = {
  "states.md": states(),
  "schema.md": await Effect.runPromise(
    Effect.provide(schema, Layer.fresh(sqlite({ filename: ":memory:" }).layer({ migrations: [] })))
  )
}

let stale = false
for (const [name, text] of Object.entries(pages)) {
  if (!process.argv.includes("--check")) writeFileSync(docs(name), text)
  else if (readFileSync(docs(name), "utf8") !== text) {
    stale = true
    process.stderr.write(`docs/${name} is not what the code says; run pnpm docs:draw\n`)
  }
}
process.exitCode = stale ? 1 : 0
