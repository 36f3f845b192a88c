/**
 * The chain of the audit log, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { AuditChain } from "../auditing/AuditChain.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.staff("auditor", ["audit:read"]))

export const auditChainSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  const record = (subject: string) => Effect.flatMap(AuditLog, (audit) => audit.record({ action: "thing.change", subject }))

  describe(`the chain of the audit log, on ${harness.name}`, () => {
    test(
      "takes in what was written, once a minute and each entry once, also when many seal at once",
      Effect.gen(function*() {
        const chain = yield* AuditChain
        const jobs = yield* Jobs
        yield* chain.seal
        const before = yield* chain.verify
        yield* Effect.forEach(Array.from({ length: 30 }, (_, index) => `thing_${index}`), record, { concurrency: "unbounded" })
        assert.strictEqual((yield* chain.verify).waiting, 30)
        const sealed = yield* Effect.all([chain.seal, chain.seal, chain.seal], { concurrency: "unbounded" })
        assert.strictEqual(sealed.reduce((sum, some) => sum + some, 0), 30)
        const after = yield* chain.verify
        assert.deepStrictEqual([after.whole, after.sealed - before.sealed, after.waiting], [true, 30, 0])
        assert.strictEqual(after.head?.position, after.sealed)
        // without a secret of the shop's, the seals say so
        assert.strictEqual(after.unprotected, after.sealed)
        yield* record("thing_late")
        yield* jobs.runCron("audit.seal")
        yield* jobs.drain
        const last = yield* chain.verify
        assert.deepStrictEqual([last.whole, last.sealed, last.waiting], [true, after.sealed + 1, 0])
      })
    )

    test(
      "is of one store, and for who may read the log; entries are searched and handed out as lines",
      Effect.gen(function*() {
        const chain = yield* AuditChain
        const audit = yield* AuditLog
        const stores = yield* Stores
        yield* Actor.as(Actor.staff("pat", []))(record("thing_1"))
        // entries of one moment are in no order
        yield* TestClock.adjust("1 second")
        yield* record("thing_2")
        const other = yield* stores.create({ code: "other", name: "Other", currency: "USD" })
        yield* chain.seal
        yield* within(other.id)(Effect.gen(function*() {
          assert.deepInclude(yield* chain.verify, { whole: true, sealed: 0, waiting: 0, head: null })
          assert.deepStrictEqual(yield* Stream.runCollect(chain.export()), [])
        }))
        for (const act of [chain.seal, chain.verify, Stream.runCollect(chain.export())]) {
          const error = yield* Effect.flip(Actor.as(Actor.staff("pat", []))(act as Effect.Effect<unknown, { readonly _tag: string }>))
          assert.strictEqual(error._tag, "Forbidden")
        }
        const lines = yield* staff(Stream.runCollect(chain.export({ action: "thing.change" })))
        assert.deepStrictEqual(lines.map((line) => (JSON.parse(line) as { readonly subject: string }).subject), ["thing_2", "thing_1"])
        const { items } = yield* staff(audit.list({ actor: "staff:pat" }))
        assert.deepStrictEqual(items.map(({ subject }) => subject), ["thing_1"])
        // who or what has no name is known by its id only, and so is what belongs to another store
        const { productId } = yield* Shop.product({ title: "Lamp" })
        const [made] = (yield* staff(audit.list({ subject: productId }))).items
        assert.deepStrictEqual([made?.subjectName, made?.actorName], ["Lamp", undefined])
        yield* within(other.id)(record(productId))
        assert.notProperty((yield* within(other.id)(staff(audit.list({ subject: productId })))).items[0], "subjectName")
        const at = items[0]?.at ?? ""
        assert.lengthOf((yield* staff(audit.list({ actor: "staff:pat", from: at }))).items, 1)
        assert.lengthOf((yield* staff(audit.list({ actor: "staff:pat", to: at }))).items, 0)
      })
    )
  })
}
