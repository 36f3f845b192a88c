/**
 * The books of the bank behind the sandbox gateway. They are no part of the shop: what the bank has written stays
 * written when the shop's transaction rolls back or its process dies, as with a real bank.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Money } from "../kernel/Money.ts"
import { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"

/** `unheard`: the bank was asked and pretends that it was not. */
export type SandboxStatus =
  | "unheard"
  | "processing"
  | "requires_action"
  | "authorized"
  | "captured"
  | "failed"
  | "cancelled"

export interface SandboxCharge {
  readonly reference: string
  readonly paymentId: string
  readonly idempotencyKey: string
  /** The token that says how the bank behaves. */
  readonly method: string
  readonly status: SandboxStatus
  /** What was asked for. */
  readonly amount: Money
  /** What is, or is to be, authorised or captured. */
  readonly taken: Money
  /** Whether the money is only authorised once the buyer has agreed. */
  readonly manual: boolean
  /** Whether the buyer agreed that the means is kept. */
  readonly keeps: boolean
  readonly returnUrl: string | null
  readonly createdAt: Timestamp
}

export interface SandboxRefund {
  readonly reference: string
  readonly chargeReference: string
  readonly idempotencyKey: string
  readonly status: "pending" | "succeeded" | "failed"
  readonly amount: Money
  readonly createdAt: Timestamp
}

/** A charge with what went back of it. */
export interface ListedCharge extends SandboxCharge {
  readonly refunded: number
}

/** What is stored under an idempotency key, and whether it was stored just now. */
export interface Stored<A> {
  readonly stored: A
  readonly isNew: boolean
}

export class SandboxBank extends Context.Service<SandboxBank, {
  /** Stores a charge, unless its idempotency key is known. */
  readonly open: (charge: SandboxCharge) => Effect.Effect<Stored<SandboxCharge>, StorageError>
  readonly find: (reference: string) => Effect.Effect<SandboxCharge | undefined, StorageError>
  readonly findByPayment: (paymentId: string) => Effect.Effect<SandboxCharge | undefined, StorageError>
  /** Moves a charge that has one of the states; `undefined` if it has none of them. */
  readonly move: (
    reference: string,
    from: ReadonlyArray<SandboxStatus>,
    to: SandboxStatus
  ) => Effect.Effect<SandboxCharge | undefined, StorageError>
  /** Takes an authorised charge, or a part of it; `undefined` if it is not authorised, or of less. */
  readonly capture: (reference: string, amount: number) => Effect.Effect<SandboxCharge | undefined, StorageError>
  /** Charges made in a span of time (its end excluded), oldest first, after one of them. */
  readonly between: (span: {
    readonly since: Timestamp
    readonly until: Timestamp
    readonly after: string | null
    readonly limit: number
  }) => Effect.Effect<ReadonlyArray<ListedCharge>, StorageError>
  /**
   * Stores a refund, unless its idempotency key is known. `undefined`, and nothing stored, if refunds that have not
   * failed would come to more than what was taken.
   */
  readonly refund: (refund: SandboxRefund) => Effect.Effect<Stored<SandboxRefund> | undefined, StorageError>
  /** A refund by the key that it was asked for with. */
  readonly findRefund: (idempotencyKey: string) => Effect.Effect<SandboxRefund | undefined, StorageError>
  /** Ends a refund that is pending, or lets one fail whose money had gone; `undefined` if it is neither. */
  readonly endRefund: (
    reference: string,
    status: "succeeded" | "failed"
  ) => Effect.Effect<SandboxRefund | undefined, StorageError>
  /** Every charge, oldest first. */
  readonly charges: Effect.Effect<ReadonlyArray<SandboxCharge>, StorageError>
  /** Every refund, oldest first. */
  readonly refunds: Effect.Effect<ReadonlyArray<SandboxRefund>, StorageError>
}>()("@stoa/core/payments/SandboxBank") {}

/** A bank that forgets when the process ends. */
export const memory = (): SandboxBank["Service"] => {
  const charges = new Map<string, SandboxCharge>()
  const refunds = new Map<string, SandboxRefund>()
  /** References by idempotency key and by payment: neither ever changes. */
  const byKey = new Map<string, string>()
  const byPayment = new Map<string, string>()
  const chargeAt = (reference: string | undefined) => (reference === undefined ? undefined : charges.get(reference))

  const listed = (charge: SandboxCharge): ListedCharge => ({
    ...charge,
    refunded: [...refunds.values()].reduce(
      (sum, { amount, chargeReference, status }) =>
        chargeReference === charge.reference && status === "succeeded" ? sum + amount.amount : sum,
      0
    )
  })

  return SandboxBank.of({
    open: (charge) =>
      Effect.sync(() => {
        const known = chargeAt(byKey.get(charge.idempotencyKey))
        if (known !== undefined) return { stored: known, isNew: false }
        charges.set(charge.reference, charge)
        byKey.set(charge.idempotencyKey, charge.reference)
        if (!byPayment.has(charge.paymentId)) byPayment.set(charge.paymentId, charge.reference)
        return { stored: charge, isNew: true }
      }),
    find: (reference) => Effect.sync(() => charges.get(reference)),
    findByPayment: (paymentId) => Effect.sync(() => chargeAt(byPayment.get(paymentId))),
    move: (reference, from, to) =>
      Effect.sync(() => {
        const charge = charges.get(reference)
        if (charge === undefined || !from.includes(charge.status)) return undefined
        const moved: SandboxCharge = { ...charge, status: to }
        charges.set(reference, moved)
        return moved
      }),
    capture: (reference, amount) =>
      Effect.sync(() => {
        const charge = charges.get(reference)
        if (charge?.status !== "authorized" || charge.taken.amount < amount) return undefined
        const captured: SandboxCharge = { ...charge, status: "captured", taken: { ...charge.taken, amount } }
        charges.set(reference, captured)
        return captured
      }),
    between: ({ after, limit, since, until }) =>
      Effect.sync(() =>
        [...charges.values()]
          .filter(({ createdAt, reference }) => createdAt >= since && createdAt < until && (after === null || reference > after))
          .sort((a, b) => a.reference < b.reference ? -1 : 1)
          .slice(0, limit)
          .map(listed)
      ),
    refund: (refund) =>
      Effect.sync(() => {
        const all = [...refunds.values()]
        const known = all.find(({ idempotencyKey }) => idempotencyKey === refund.idempotencyKey)
        if (known !== undefined) return { stored: known, isNew: false }
        const spent = all.reduce(
          (sum, { amount, chargeReference, status }) =>
            chargeReference === refund.chargeReference && status !== "failed" ? sum + amount.amount : sum,
          0
        )
        const taken = charges.get(refund.chargeReference)?.taken.amount ?? 0
        if (spent + refund.amount.amount > taken) return undefined
        refunds.set(refund.reference, refund)
        return { stored: refund, isNew: true }
      }),
    findRefund: (key) => Effect.sync(() => [...refunds.values()].find(({ idempotencyKey }) => idempotencyKey === key)),
    endRefund: (reference, status) =>
      Effect.sync(() => {
        const refund = refunds.get(reference)
        if (refund?.status !== "pending" && (refund?.status !== "succeeded" || status === "succeeded")) return undefined
        const ended: SandboxRefund = { ...refund, status }
        refunds.set(reference, ended)
        return ended
      }),
    charges: Effect.sync(() => [...charges.values()]),
    refunds: Effect.sync(() => [...refunds.values()])
  })
}

export const layerMemory: Layer.Layer<SandboxBank> = Layer.sync(SandboxBank, memory)

/**
 * A bank whose books are opened later, once the storage that holds them is there. Until then it does not answer, so
 * that nobody takes it for a bank that never heard of anything.
 */
export const later = (): {
  readonly bank: SandboxBank["Service"]
  readonly keepIn: (books: SandboxBank["Service"]) => Effect.Effect<void>
} => {
  let books: SandboxBank["Service"] | undefined
  const use = <A>(
    f: (books: SandboxBank["Service"]) => Effect.Effect<A, StorageError>
  ): Effect.Effect<A, StorageError> =>
    Effect.suspend(() =>
      books === undefined ? Effect.fail(new StorageError({ operation: "SandboxBank", reason: "unreachable" })) : f(books))

  return {
    bank: SandboxBank.of({
      open: (charge) => use((books) => books.open(charge)),
      find: (reference) => use((books) => books.find(reference)),
      findByPayment: (paymentId) => use((books) => books.findByPayment(paymentId)),
      move: (reference, from, to) => use((books) => books.move(reference, from, to)),
      capture: (reference, amount) => use((books) => books.capture(reference, amount)),
      between: (span) => use((books) => books.between(span)),
      findRefund: (key) => use((books) => books.findRefund(key)),
      refund: (refund) => use((books) => books.refund(refund)),
      endRefund: (reference, status) => use((books) => books.endRefund(reference, status)),
      charges: use((books) => books.charges),
      refunds: use((books) => books.refunds)
    }),
    keepIn: (opened) =>
      Effect.sync(() => {
        books = opened
      })
  }
}
