/**
 * A stamp card: every paid order is a stamp for its buyer, and buying five of one thing at once takes ten percent off.
 *
 * The plug-in has a table of its own, hears when orders are paid, takes part in pricing and adds a route, all with
 * what any author of a plug-in has.
 */
import { CurrentStore, definePlugin, type DomainEvent, type Pricing } from "@stoa/core"
import { Migration } from "@stoa/sql"
import { Context, Effect, Layer, Schema } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { SqlClient } from "effect/sql"

export class StampCards extends Context.Service<StampCards, {
  /** How many stamps a buyer has. */
  readonly stamps: (email: string) => Effect.Effect<number>
  /** Gives the stamp of an order; again: nothing happens. */
  readonly give: (orderId: string) => Effect.Effect<void>
}>()("stamp-card/StampCards") {
  static readonly layer = Layer.effect(
    StampCards,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      return StampCards.of({
        stamps: Effect.fn("StampCards.stamps")(function*(email) {
          const storeId = yield* CurrentStore.CurrentStore
          const rows = yield* sql<{ count: number }>`
            SELECT count(*) AS count FROM stamps WHERE store_id = ${storeId} AND email = ${email}`
          return Number(rows[0]?.count ?? 0)
        }, Effect.orDie),
        give: Effect.fn("StampCards.give")(function*(orderId) {
          const storeId = yield* CurrentStore.CurrentStore
          yield* sql`
            INSERT INTO stamps (store_id, order_id, email)
            SELECT store_id, id, email FROM orders WHERE store_id = ${storeId} AND id = ${orderId}
            ON CONFLICT (order_id) DO NOTHING`
        }, Effect.orDie)
      })
    })
  )
}

/** Ten percent off a line of five or more. A pure function of what is being priced. */
const fiveOrMore: Pricing.PricingRule = {
  name: "stamp-card:five-or-more",
  apply: (snapshot, current) =>
    snapshot.lines.filter((line) => line.quantity >= 5).map((line) => ({
      amount: -Math.floor((current.lines.get(line.id) ?? 0) / 10),
      label: "Five or more: 10 % off",
      target: { type: "lines", lineIds: [line.id] }
    }))
}

const stampOnPaid = {
  name: "stamp-card:stamp",
  types: ["order.paid"],
  // events are delivered at least once, which is why giving a stamp twice does nothing
  handle: (event: DomainEvent.DomainEvent) => StampCards.use((cards) => cards.give(event.subject))
}

const routes = HttpRouter.add(
  "GET",
  "/stamps/:email",
  Effect.gen(function*() {
    const { email } = yield* HttpRouter.schemaPathParams(Schema.Struct({ email: Schema.String }))
    const cards = yield* StampCards
    return yield* HttpServerResponse.json({ email, stamps: yield* cards.stamps(email) })
  })
)

export const stampCard = definePlugin({
  name: "stamp-card",
  version: "1.0.0",
  migrations: Migration.set("stamp-card", [{
    id: 1,
    name: "stamps",
    up: (d) => [
      `CREATE TABLE stamps (
        order_id ${d.text} PRIMARY KEY,
        store_id ${d.text} NOT NULL,
        email ${d.text} NOT NULL
      )${d.strict}`,
      "CREATE INDEX stamps_by_email ON stamps (store_id, email)"
    ]
  }]),
  layer: StampCards.layer,
  pricing: [fiveOrMore],
  subscribers: [stampOnPaid],
  http: routes
})
