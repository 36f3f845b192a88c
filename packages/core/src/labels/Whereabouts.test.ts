import { assert, describe, it } from "@effect/vitest"
import { type FulfilmentStatus, happened, machine } from "../fulfilment/Fulfilment.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { type CarrierNews, CarrierStatus } from "../shipping/Carrier.ts"
import { lastOf } from "./Whereabouts.ts"

const statuses = CarrierStatus.literals

const at = (second: number) => Timestamp.fromMillis(Date.UTC(2026, 10, 26) + second * 1_000)

const newsOf = (status: CarrierStatus, second: number): CarrierNews => ({
  key: `${second}`,
  reference: "shp_1",
  status,
  at: at(second),
  detail: ""
})

const follow = (from: FulfilmentStatus, all: ReadonlyArray<CarrierStatus>) =>
  all.flatMap((status) => happened[status]).reduce((state, event) => StateMachine.next(machine, state, event) ?? state, from)

/** Every row of up to `length` statuses. */
const rows = (length: number): ReadonlyArray<ReadonlyArray<CarrierStatus>> =>
  length === 0 ? [[]] : [[], ...rows(length - 1).flatMap((row) => statuses.map((status) => row.concat(status)))]

describe("what a carrier tells", () => {
  it("says at once what all of it says piece by piece, wherever the parcel was before", () => {
    for (const row of rows(4)) {
      const { lastNewsAt, news } = lastOf(row.map(newsOf), null)
      for (const from of ["pending", "packed", "shipped", "out_for_delivery", "failed", "delivered", "returned", "cancelled"] as const) {
        assert.strictEqual(follow(from, news === undefined ? [] : [news.status]), follow(from, row), `${from}: ${row.join()}`)
      }
      assert.strictEqual(lastNewsAt, row.length === 0 ? null : at(row.length - 1))
    }
  })

  it("says nothing any more when it is late, except that the parcel has arrived or come back", () => {
    assert.deepStrictEqual(lastOf([newsOf("failed", 1)], at(2)), { news: undefined, lastNewsAt: at(2) })
    const arrived = newsOf("delivered", 1)
    assert.deepStrictEqual(lastOf([arrived, newsOf("out_for_delivery", 3)], at(2)), { news: arrived, lastNewsAt: at(3) })
  })
})
