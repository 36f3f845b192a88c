/**
 * Keeps the audit log from being changed unnoticed.
 *
 * **Details**
 *
 * Entries are written by many at once, in the transactions of what they tell of; a chain has one end. So entries are sealed
 * afterwards, by one process at a time, a minute later at most. The end of each part is stamped with the shop's secret: with
 * the database alone, nobody can work out another chain that passes.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import * as Page from "../kernel/Page.ts"
import * as Permission from "../kernel/Permission.ts"
import { Secrets } from "../kernel/Secrets.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { forEachStore } from "../stores/ForEachStore.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { ListAudit } from "../audit/AuditEntry.ts"
import { AuditRepository } from "../audit/AuditRepository.ts"
import { type AuditFault, type AuditSeal, type AuditVerification, beginning } from "../audit/AuditSeal.ts"
import { digest } from "./AuditDigest.ts"

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
  const secrets = yield* Secrets
  const { transaction } = yield* Transactor

  const purpose = Effect.map(CurrentStore, (storeId) => `audit:${storeId}`)
  const stampOf = ({ hash, position }: Pick<AuditSeal, "hash" | "position">) => `${position}:${hash}`

  const sealSome = transaction(Effect.gen(function*() {
    const head = (yield* repository.lockChain) ?? beginning
    const entries = yield* repository.unsealed(batch)
    if (entries.length === 0) return 0
    const sealedAt = yield* Timestamp.now
    const seals: Array<AuditSeal> = []
    let { hash, position } = head as { readonly hash: string; readonly position: number }
    for (const entry of entries) {
      position += 1
      hash = digest(hash, position, entry)
      seals.push({ position, entryId: entry.id, hash, stamp: null, sealedAt })
    }
    const last = { position, hash, entryId: entries[entries.length - 1]?.id ?? "", sealedAt }
    const stamp = yield* secrets.encrypt(stampOf(last), yield* purpose)
    yield* repository.addSeals([...seals.slice(0, -1), { ...last, stamp }])
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
      const broken = (position: number, entryId: string, fault: AuditFault["fault"]) => {
        if (faults.length < maximumFaults) faults.push({ position, entryId: entryId as AuditFault["entryId"], fault })
      }
      let sealed = 0
      let before: { readonly position: number; readonly hash: string } = beginning
      let head: AuditSeal | null = null
      for (let more = true; more;) {
        const page = yield* repository.sealed(before.position, batch)
        more = page.length === batch
        for (const { entry, seal } of page) {
          sealed += 1
          if (seal.position !== before.position + 1) broken(seal.position, seal.entryId, "gap")
          else if (entry === null) broken(seal.position, seal.entryId, "missing")
          else if (digest(before.hash, seal.position, entry) !== seal.hash) broken(seal.position, seal.entryId, "changed")
          if (seal.stamp !== null) {
            const stamped = yield* Effect.option(secrets.decrypt(seal.stamp, about))
            if (Option.getOrUndefined(stamped) !== stampOf(seal)) broken(seal.position, seal.entryId, "stamp")
          }
          before = seal
          head = seal
        }
      }
      // what was sealed last is always stamped
      if (head !== null && head.stamp === null) broken(head.position, head.entryId, "stamp")
      return {
        whole: faults.length === 0,
        sealed,
        waiting: yield* repository.countUnsealed,
        secret: head?.stamp?.startsWith("plain.") === false,
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
