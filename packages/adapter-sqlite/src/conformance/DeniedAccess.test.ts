import { createStoa } from "@stoa/core"
import * as Actor from "@stoa/core/kernel/Actor"
import { deniedAccessBudgets, deniedAccessSuite } from "@stoa/core/testing/DeniedAccessSuite"
import * as Shop from "@stoa/core/testing/Shop"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqlite } from "../index.ts"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) deniedAccessSuite(harness)
deniedAccessBudgets(SqliteHarness.counting)

describe("access that was denied just before the engine closes", () => {
  it("is in the audit log when it opens again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stoa-denied-"))
    try {
      const open = () => createStoa({ storage: sqlite({ filename: join(folder, "shop.db") }), workers: false })
      const before = await open()
      const { order } = await before.run(Effect.gen(function*() {
        yield* Shop.ships
        const { variantId } = yield* Shop.product()
        return yield* Shop.place(yield* Shop.guest([variantId, 1]))
      }))
      const refused = await before.as(Actor.guest()).orders.get(order.id).catch((error: unknown) => error)
      assert.deepInclude(refused as object, { code: "order_not_found" })
      await before.close()
      await using after = await open()
      const { items } = await after.audit.list({ action: "authz.denied" })
      assert.deepStrictEqual<unknown>(items.map(({ actor, subject }) => [actor, subject]), [["guest", order.id]])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
