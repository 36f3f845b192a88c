/**
 * A sandbox gateway that a test can make do anything else: hang, refuse, answer something else. It also remembers what
 * it was asked.
 */
import * as Effect from "effect/Effect"
import * as Timestamp from "../kernel/Timestamp.ts"
import {
  type GatewayDispute,
  type GatewayError,
  type GatewayPayout,
  type GatewayPayoutEntry,
  GatewayRejected,
  GatewayUnavailable,
  type PaymentGateway
} from "../payments/PaymentGateway.ts"
import * as SandboxGateway from "../payments/SandboxGateway.ts"

/** The calls that reach a gateway's network. */
export type Call =
  | "create"
  | "confirm"
  | "retrieve"
  | "capture"
  | "cancel"
  | "refund"
  | "retrieveRefund"
  | "list"
  | "setup"
  | "retrieveSetup"
  | "forget"

type AnswerOf<C extends Call> = Effect.Success<ReturnType<NonNullable<PaymentGateway[C]>>>

export interface ScriptedGateway extends SandboxGateway.SandboxGateway {
  /** From now on, this is what the gateway says of a dispute, which began at a moment: at the beginning if none is said. */
  readonly dispute: (dispute: GatewayDispute, begunAt?: Timestamp.Timestamp) => void
  /** What was handed to the gateway in disputes, oldest first. */
  readonly evidence: ReadonlyArray<{ readonly reference: string; readonly text: string; readonly files: ReadonlyArray<string> }>
  /** From now on, this is a payout and what it is made of, which is told in parts of two. */
  readonly payout: (payout: GatewayPayout, entries: ReadonlyArray<GatewayPayoutEntry>) => void
  /** From now on, it tells so many parts of what payouts are made of, and then nothing. */
  readonly tellsParts: (parts: number) => void
  /** Every call so far, oldest first. */
  readonly calls: ReadonlyArray<Call>
  /** The keys of the calls that have one, oldest first. */
  readonly keys: ReadonlyArray<{ readonly call: Call; readonly key: string }>
  /** What it was asked to pay for so far, oldest first. */
  readonly orders: ReadonlyArray<Parameters<PaymentGateway["create"]>[0]>
  /** From now on, answers a call otherwise. `answer` is what the sandbox would answer, if it is run. */
  readonly on: <C extends Call>(
    call: C,
    script: (answer: Effect.Effect<AnswerOf<C>, GatewayError>) => Effect.Effect<AnswerOf<C>, GatewayError>
  ) => void
  /** From now on, answers a call as the sandbox does. */
  readonly off: (call: Call) => void
}

export const make = (options: SandboxGateway.SandboxOptions = {}): ScriptedGateway => {
  const sandbox = SandboxGateway.make(options)
  const calls: Array<Call> = []
  const keys: Array<ScriptedGateway["keys"][number]> = []
  const orders: Array<Parameters<PaymentGateway["create"]>[0]> = []
  const scripts = new Map<Call, (answer: Effect.Effect<never, GatewayError>) => Effect.Effect<never, GatewayError>>()

  const scripted = <C extends Call>(call: C) =>
    ((request: never) => {
      calls.push(call)
      const { idempotencyKey: key } = request as { readonly idempotencyKey?: string }
      if (key !== undefined) keys.push({ call, key })
      if (call === "create") orders.push(request)
      const answer = (sandbox[call] as unknown as (request: never) => Effect.Effect<never, GatewayError>)(request)
      return scripts.get(call)?.(answer) ?? answer
    }) as unknown as NonNullable<PaymentGateway[C]>

  const disputes = new Map<string, GatewayDispute>()
  const begun = new Map<string, Timestamp.Timestamp>()
  const evidence: Array<ScriptedGateway["evidence"][number]> = []

  const paidOut = new Map<string, { readonly payout: GatewayPayout; readonly entries: ReadonlyArray<GatewayPayoutEntry> }>()
  let partsLeft = Number.POSITIVE_INFINITY

  return {
    ...sandbox,
    payout: (payout, entries) => {
      paidOut.set(payout.reference, { payout, entries })
    },
    tellsParts: (parts) => {
      partsLeft = parts
    },
    payouts: {
      list: ({ since, until }) =>
        Effect.sync(() => ({
          items: [...paidOut.values()].map(({ payout }) => payout).filter(({ createdAt }) =>
            createdAt >= since && createdAt < until),
          next: null
        })),
      entries: Effect.fnUntraced(function*({ after, reference }) {
        if (partsLeft-- <= 0) return yield* new GatewayUnavailable({ gateway: sandbox.name, detail: "down" })
        const from = after === null ? 0 : Number(after)
        const all = paidOut.get(reference)?.entries ?? []
        return { items: all.slice(from, from + 2), next: all.length > from + 2 ? String(from + 2) : null }
      })
    },
    dispute: (dispute, begunAt = Timestamp.fromMillis(0)) => {
      disputes.set(dispute.reference, dispute)
      if (!begun.has(dispute.reference)) begun.set(dispute.reference, begunAt)
    },
    evidence,
    disputes: {
      list: ({ since, until }) =>
        Effect.sync(() => ({
          items: [...begun].flatMap(([reference, at]) => at >= since && at < until ? [reference] : []),
          next: null
        })),
      retrieve: (reference) => Effect.sync(() => disputes.get(reference)),
      submit: Effect.fnUntraced(function*({ files, reference, text }) {
        const known = disputes.get(reference)
        if (known === undefined) {
          return yield* new GatewayRejected({ gateway: sandbox.name, gatewayCode: null, detail: "there is no such dispute" })
        }
        if (known.status === "won" || known.status === "lost") {
          return yield* new GatewayRejected({ gateway: sandbox.name, gatewayCode: null, detail: "the dispute is decided" })
        }
        evidence.push({ reference, text, files })
        const answered: GatewayDispute = { ...known, status: "under_review" }
        disputes.set(reference, answered)
        return answered
      })
    },
    create: scripted("create"),
    confirm: scripted("confirm"),
    retrieve: scripted("retrieve"),
    capture: scripted("capture"),
    cancel: scripted("cancel"),
    refund: scripted("refund"),
    retrieveRefund: scripted("retrieveRefund"),
    list: scripted("list"),
    setup: scripted("setup"),
    retrieveSetup: scripted("retrieveSetup"),
    forget: scripted("forget"),
    calls,
    keys,
    orders,
    on: (call, script) => {
      scripts.set(call, script as never)
    },
    off: (call) => {
      scripts.delete(call)
    }
  }
}
