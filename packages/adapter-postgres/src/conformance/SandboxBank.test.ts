import { assert, describe, it } from "@effect/vitest"
import { Transactor } from "@stoa/core/kernel/Transactor"
import { SandboxBank } from "@stoa/core/payments/SandboxBank"
import { sandboxBankStoresSuite, sandboxBankSuite } from "@stoa/core/testing/SandboxBankSuite"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as PostgresHarness from "./PostgresHarness.ts"

sandboxBankSuite("in PostgreSQL", PostgresHarness.postgres.storage)
sandboxBankStoresSuite("in PostgreSQL", PostgresHarness.postgres.storage)

describe("the sandbox bank in PostgreSQL", () => {
  it.effect("notices when a gateway is called inside a transaction of the shop", () =>
    Effect.gen(function*() {
      const bank = yield* SandboxBank
      const { transaction } = yield* Transactor
      const exit = yield* Effect.exit(transaction(bank.charges))
      assert.isTrue(Exit.hasDies(exit))
    }).pipe(Effect.provide(PostgresHarness.postgres.storage())))
})
