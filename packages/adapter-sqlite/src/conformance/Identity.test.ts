import { assert, describe, it } from "@effect/vitest"
import { Accounts } from "@stoa/core/identity/Accounts"
import { ApiKeys } from "@stoa/core/identity/ApiKeys"
import { Auth } from "@stoa/core/identity/Auth"
import { Entry } from "@stoa/core/identity/Entry"
import * as Identity from "@stoa/core/identity/Identity"
import * as IdentitySettings from "@stoa/core/identity/IdentitySettings"
import * as Secrets from "@stoa/core/kernel/Secrets"
import { ada, bearing, codeIn, customer, delivered, foundation, settings, tokenIn } from "@stoa/core/testing/IdentityFixture"
import { identityStatementsSuite } from "@stoa/core/testing/IdentityStatementsSuite"
import { identitySuite } from "@stoa/core/testing/IdentitySuite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import { fromClient } from "../SqliteStorage.ts"
import { counting, inFile, inMemory } from "./SqliteHarness.ts"
import * as SqliteHarness from "./SqliteHarness.ts"

identitySuite(inMemory)
identitySuite(inFile)
identityStatementsSuite(counting)

/** Every row of every table, as text. */
const dump = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql<{ readonly name: string }>`
    SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`
  const rows = yield* Effect.forEach(tables, ({ name }) =>
    Effect.map(sql`SELECT * FROM ${sql(name)}`, (rows) => `${name}\n${JSON.stringify(rows)}`))
  return rows.join("\n")
})

describe("attack 49, secrets in the database", () => {
  const storage = fromClient(SqliteHarness.memory())

  it.effect("no password, token or key can be found in any table, event or audit row", () =>
    Effect.gen(function*() {
      const auth = yield* Auth
      const keys = yield* ApiKeys
      const { tokens } = yield* customer(ada)
      const refreshed = yield* auth.refresh({ refreshToken: tokens.refreshToken })
      yield* Effect.flip(auth.login({ ...ada, password: "a wrong password" }))
      yield* bearing(tokens)((yield* Accounts).updateProfile({ name: "Ada" }))
      const { apiKey, secret } = yield* keys.create({ name: "Warehouse", permissions: ["orders:read"] })
      yield* keys.authenticate(secret)
      yield* keys.revoke(apiKey.id)

      const entry = yield* Entry
      yield* entry.register({ email: "new@example.com", password: "the password of a registration" })
      yield* entry.startPasswordless({ email: ada.email })
      const { mails } = yield* delivered
      const codes = mails.map((mail) => `"${codeIn(mail)}"`)
      const links = mails.map((mail) => tokenIn(mail))
      assert.strictEqual(new Set([...codes, ...links]).size, 4)

      const text = yield* dump
      // what must be there is, so the search below is one
      assert.include(text, ada.email)
      assert.include(text, apiKey.hint)
      const refreshTokens = [tokens, refreshed].flatMap(({ refreshToken }) => refreshToken.slice(3).split("."))
      const signatures = [tokens, refreshed].flatMap(({ accessToken }) => accessToken.split(".").slice(1))
      for (const hidden of [ada.password, "a wrong password", secret, ...codes, ...links, "the password of", ...refreshTokens, ...signatures, "\"d\""]) {
        assert.notInclude(text, hidden)
      }
    }).pipe(
      Effect.provide(
        Identity.layer.pipe(
          Layer.provideMerge(foundation(storage)),
          Layer.provideMerge(storage),
          Layer.provide(IdentitySettings.layer({ ...settings, links: { signIn: "https://a.b/c", confirmEmail: "https://a.b/d" } })),
          Layer.provide(Secrets.layer(Redacted.make("a secret of more than 32 characters")))
        )
      )
    ))
})
