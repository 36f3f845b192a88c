/**
 * Keeps the audit log from being changed unnoticed.
 *
 * **Details**
 *
 * Entries are written by many at once, in the transactions of what they tell of; a chain has one end. So entries are sealed
 * afterwards, by one process at a time, a minute later at most. Each seal needs the shop's secret: with the database alone,
 * nobody can work out another chain that passes.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import * as Page from "../kernel/Page.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Secrets from "../kernel/Secrets.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { forEachStore } from "../stores/ForEachStore.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { ListAudit } from "../audit/AuditEntry.ts"
import { AuditRepository } from "../audit/AuditRepository.ts"
import { type AuditFault, type AuditSeal, type AuditVerification, beginning, textOf } from "../audit/AuditSeal.ts"

export class AuditChain extends Context.Service<AuditChain, {
  /** Seals what was written since the last time, as the job does every minute. Needs `audit:read`. */
  readonly seal: Effect.Effect<number, StorageError | Permission.Denied>
  /** Goes through the whole chain of the store. Needs `audit:read`. */
  readonly verify: Effect.Effect<AuditVerification, StorageError | Permission.Denied>
  /** Entries as lines of JSON, the newest first. Needs `audit:read`. */
  readonly export: (
    input?: typeof ListAudit.Encoded
  ) => Stream.Stream<string, InvalidInput | StorageError | Permission.Denied>
}>()("@stoa/core/auditing/AuditChain") {}

const decodeList = Input.decoder(ListAudit)

/** How many entries are sealed in one transaction, and read at once. */
const batch = 1_000

const maximumFaults = 100

export const make = Effect.gen(function*() {
  const repository = yield* AuditRepository
  const registry = yield* JobRegistry
  const stores = yield* StoreRepository
  const secrets = yield* Secrets.Secrets
  const { transaction } = yield* Transactor

  const purpose = Effect.map(CurrentStore, (storeId) => `audit:${storeId}`)

  const sealSome = transaction(Effect.gen(function*() {
    const head = (yield* repository.lockChain) ?? beginning
    const entries = yield* repository.unsealed(batch)
    if (entries.length === 0) return 0
    const sealedAt = yield* Timestamp.now
    const about = yield* purpose
    const seals: Array<AuditSeal> = []
    let { hash, position }: { readonly hash: string; readonly position: number } = head
    for (const entry of entries) {
      position += 1
      hash = secrets.sign(textOf(hash, position, entry), about)
      seals.push({ position, entryId: entry.id, hash, sealedAt })
    }
    yield* repository.addSeals(seals)
    return entries.length
  }))

  const sealAll = Effect.gen(function*() {
    let sealed = 0
    for (let some = batch; some === batch;) {
      some = yield* sealSome
      sealed += some
    }
    return sealed
  })

  yield* registry.cron({ name: "audit.seal", cron: "* * * * *", run: forEachStore(stores, sealAll) })

  const read = Permission.require("audit:read")

  return AuditChain.of({
    seal: Effect.andThen(read, sealAll).pipe(Effect.withSpan("AuditChain.seal")),

    verify: Effect.gen(function*() {
      yield* read
      const about = yield* purpose
      const faults: Array<AuditFault> = []
      const broken = (position: number | null, entryId: string, fault: AuditFault["fault"]) => {
        if (faults.length < maximumFaults) faults.push({ position, entryId: entryId as AuditFault["entryId"], fault })
      }
      let sealed = 0
      let unprotected = 0
      let before: Pick<AuditSeal, "position" | "hash"> = beginning
      let head: AuditSeal | null = null
      for (let more = true; more;) {
        const page = yield* repository.sealed(before.position, batch)
        more = page.length === batch
        for (const { entry, seal } of page) {
          sealed += 1
          if (seal.position !== before.position + 1) broken(seal.position, seal.entryId, "gap")
          else if (entry === null) broken(seal.position, seal.entryId, "missing")
          else {
            const mark = secrets.verify(seal.hash, textOf(before.hash, seal.position, entry), about)
            if (mark === "bad") broken(seal.position, seal.entryId, "changed")
            if (mark === "unknown") broken(seal.position, seal.entryId, "secret")
          }
          if (Secrets.isUnprotected(seal.hash)) {
            // the shop had a secret already
            if (unprotected < sealed - 1) broken(seal.position, seal.entryId, "secret")
            unprotected += 1
          }
          before = seal
          head = seal
        }
      }
      for (const id of yield* repository.loose(maximumFaults)) broken(null, id, "unsealed")
      return {
        whole: faults.length === 0,
        sealed,
        waiting: yield* repository.countUnsealed,
        unprotected,
        head: head === null ? null : { position: head.position, hash: head.hash, sealedAt: head.sealedAt },
        faults
      }
    }).pipe(Effect.withSpan("AuditChain.verify")),

    export: (input = {}) =>
      Stream.unwrap(Effect.gen(function*() {
        yield* read
        const { after: _, ...query } = yield* decodeList(input)
        const entries = Page.all((page) => repository.list({ ...query, ...page }))
        return Stream.map(entries, (entry) => `${JSON.stringify(entry)}\n`)
      }))
  })
})

export const layer: Layer.Layer<AuditChain, never, AuditRepository | JobRegistry | StoreRepository | Transactor> = Layer.effect(
  AuditChain,
  make
)
