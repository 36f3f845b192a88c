/**
 * Writing down that a gateway keeps a means of payment: once, whoever tells of it and however often, and one row for the
 * same card.
 */
import * as Effect from "effect/Effect"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { GatewayMethod } from "./PaymentGateway.ts"
import type { StoredPayment } from "./PaymentRepository.ts"
import { maximumSavedMethods, SavedMethodId } from "./SavedMethod.ts"
import { SavedMethodAdded } from "./SavedMethodEvents.ts"
import { SavedMethodRepository, type StoredSavedMethod } from "./SavedMethodRepository.ts"

/** The job that has a gateway forget what was removed. It carries the row's id, never what names the means there. */
export const forgetJob = "payment-methods.forget"

export interface SavedMethodRecords {
  /** What a payment was to keep is kept. In the transaction that lets the payment keep nothing any more. */
  readonly keep: (
    payment: StoredPayment,
    customerId: string,
    method: GatewayMethod
  ) => Effect.Effect<void, StorageError | VersionConflict>
  /** What a customer was adding is kept: the row that stands for it now. */
  readonly activate: (
    row: StoredSavedMethod,
    method: GatewayMethod
  ) => Effect.Effect<StoredSavedMethod, StorageError | VersionConflict>
  /** Has the gateway forget what a removed row names, once the transaction has ended well. */
  readonly forgetLater: (id: string) => Effect.Effect<void, StorageError>
}

export const make = Effect.gen(function*() {
  const methods = yield* SavedMethodRepository
  const events = yield* Events
  const jobs = yield* Jobs

  const forgetLater = (id: string) => jobs.enqueue({ name: forgetJob, payload: { id }, id: `${forgetJob}:${id}` })

  /** Nobody may pay with it, so nobody has it, the gateway neither. */
  const discard = Effect.fnUntraced(function*(row: StoredSavedMethod, isNew: boolean) {
    const gone: StoredSavedMethod = { ...row, status: "removed", defaultAt: null, version: isNew ? 1 : row.version + 1 }
    yield* isNew ? methods.insert(gone) : methods.update(gone)
    yield* forgetLater(row.id)
    return gone
  })

  const place = Effect.fnUntraced(function*(row: StoredSavedMethod, method: GatewayMethod, isNew: boolean) {
    const at = yield* Timestamp.now
    const told: StoredSavedMethod = { ...row, ...factsOf(method), setupMethod: null, nextAction: null, failure: null, updatedAt: at }
    if (row.status === "removed" || row.customerId === "") return yield* discard(told, isNew)
    const mine = (yield* methods.ofCustomer(row.customerId)).filter(({ status }) => status === "active")
    const same = mine.find((one) => one.gateway === row.gateway && isSame(one, told))
    if (same !== undefined) {
      // the gateway's newest name for it counts, and the consent that was given last
      const renewed: StoredSavedMethod = {
        ...same,
        ...factsOf(method),
        consentedAt: row.consentedAt,
        defaultAt: row.defaultAt ?? same.defaultAt,
        version: same.version + 1,
        updatedAt: at
      }
      yield* methods.update(renewed)
      if (same.token !== renewed.token) yield* discard({ ...told, token: same.token }, isNew)
      else if (!isNew) yield* methods.delete(row.id)
      return renewed
    }
    if (mine.length >= maximumSavedMethods) return yield* discard(told, isNew)
    const active: StoredSavedMethod = { ...told, status: "active", version: isNew ? 1 : row.version + 1 }
    yield* isNew ? methods.insert(active) : methods.update(active)
    const { brand, customerId, gateway, id, last4 } = active
    yield* events.publish([SavedMethodAdded.make(id, { methodId: id, customerId, gateway, brand, last4 })])
    return active
  })

  const keep: SavedMethodRecords["keep"] = Effect.fnUntraced(function*(payment, customerId, method) {
    const row = blank(yield* SavedMethodId.generate, customerId, payment.gateway, payment.createdAt)
    yield* place({ ...row, createdAt: yield* Timestamp.now }, method, true)
  })

  return {
    keep,
    activate: (row, method) => place(row, method, false),
    forgetLater
  } satisfies SavedMethodRecords
})

/** A row of which nothing is known but whose it is. */
export const blank = (
  id: SavedMethodId,
  customerId: string,
  gateway: string,
  consentedAt: Timestamp.Timestamp
): StoredSavedMethod => ({
  id,
  customerId,
  gateway,
  status: "pending",
  type: null,
  brand: null,
  last4: null,
  expiresMonth: null,
  expiresYear: null,
  consentedAt,
  nextAction: null,
  failure: null,
  token: null,
  fingerprint: null,
  defaultAt: null,
  setupMethod: null,
  setupReference: null,
  returnUrl: null,
  version: 1,
  createdAt: consentedAt,
  updatedAt: consentedAt
})

const factsOf = ({ brand, expiresMonth, expiresYear, fingerprint, last4, reference, type }: GatewayMethod) => ({
  token: reference,
  fingerprint: fingerprint ?? null,
  type,
  brand,
  last4,
  expiresMonth,
  expiresYear
})

const isSame = (one: StoredSavedMethod, other: StoredSavedMethod): boolean =>
  one.token === other.token || (one.fingerprint !== null && one.fingerprint === other.fingerprint)
