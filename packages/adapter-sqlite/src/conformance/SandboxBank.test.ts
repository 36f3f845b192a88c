import { assert, describe, it } from "@effect/vitest"
import { Transactor } from "@stoa/core/kernel/Transactor"
import { SandboxBank } from "@stoa/core/payments/SandboxBank"
import * as SandboxGateway from "@stoa/core/payments/SandboxGateway"
import { sandboxBankStoresSuite, sandboxBankSuite } from "@stoa/core/testing/SandboxBankSuite"
import * as Shop from "@stoa/core/testing/Shop"
import * as SandboxBankSql from "@stoa/sql/payments/SandboxBankSql"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SqliteClient from "../SqliteClient.ts"
import { fromClient } from "../SqliteStorage.ts"

const books = (filename: string) =>
  Layer.provideMerge(SandboxBankSql.layer, fromClient(SqliteClient.layer({ filename })))

sandboxBankSuite("in SQLite", () => books(":memory:"))
sandboxBankStoresSuite("in SQLite", () => books(":memory:"))

const inFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "stoa-bank-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

describe("the sandbox bank in SQLite", () => {
  it.effect("remembers every charge when the process starts again", () =>
    Effect.gen(function*() {
      const filename = join(yield* inFolder, "shop.db")
      const request = {
        paymentId: "pay_1",
        orderNumber: 1001,
        idempotencyKey: "pay_1:create",
        amount: Shop.usd(1_000),
        method: null,
        returnUrl: null,
        email: "ada@example.com",
        capture: true
      }
      const charge = Effect.flatMap(SandboxBank, (bank) => SandboxGateway.make({ bank }).create(request))
      const before = yield* Effect.provide(charge, books(filename))
      const after = yield* Effect.provide(charge, books(filename))
      assert.strictEqual(after.reference, before.reference)
    }))

  it.effect("notices when a gateway is called inside a transaction of the shop", () =>
    Effect.gen(function*() {
      const bank = yield* SandboxBank
      const { transaction } = yield* Transactor
      const exit = yield* Effect.exit(transaction(bank.charges))
      assert.isTrue(Exit.hasDies(exit))
    }).pipe(Effect.provide(books(":memory:"))))
})
