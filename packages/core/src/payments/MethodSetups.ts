/**
 * Keeping a means of payment without paying: asking the gateway, and writing down what it says. The row is there before
 * the gateway is asked, with a key of its own, so asking again changes nothing.
 */
import * as Effect from "effect/Effect"
import { Events } from "../events/Events.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import { advice, type PaymentFailure } from "./Payment.ts"
import type { GatewayError, GatewaySetup } from "./PaymentGateway.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { untilWritten } from "./PaymentRecords.ts"
import { settled } from "./PaymentRequests.ts"
import type { GatewayNotFound } from "./PaymentsErrors.ts"
import * as SavedMethodRecords from "./SavedMethodRecords.ts"
import { SavedMethodRepository, type StoredSavedMethod } from "./SavedMethodRepository.ts"

export interface MethodSetups {
  /**
   * Asks the gateway to keep what a row says, or what has become of that, and records the answer: the row that stands for
   * it then, or the same if the gateway did not answer.
   */
  readonly ask: (row: StoredSavedMethod) => Effect.Effect<StoredSavedMethod, GatewayNotFound | GatewayError | StorageError>
  /** The same for what a webhook is about; `undefined` if the shop knows nothing of it. */
  readonly learn: (
    gateway: string,
    reference: string
  ) => Effect.Effect<StoredSavedMethod | undefined, GatewayNotFound | GatewayError | StorageError>
  /** Ends what the customer has not gone on with. */
  readonly giveUp: (row: StoredSavedMethod) => Effect.Effect<void, StorageError>
}

const abandoned: PaymentFailure = { code: "abandoned", message: "The customer did not go on with it", gatewayCode: null }

export const make = Effect.gen(function*() {
  const records = yield* SavedMethodRecords.make
  const methods = yield* SavedMethodRepository
  const gateways = yield* PaymentGateways
  const users = yield* UserRepository
  const events = yield* Events
  const { transaction } = yield* Transactor

  /** Changes a row that waits for the gateway's word, from what is there then. */
  const changing = (row: StoredSavedMethod, change: (before: StoredSavedMethod) => Effect.Effect<StoredSavedMethod, StorageError | VersionConflict>) =>
    untilWritten("SavedMethods.settle")(transaction(events.together(Effect.gen(function*() {
      const before = yield* methods.find(row.id)
      return before === undefined || before.status === "active" || before.status === "failed" ? before ?? row : yield* change(before)
    }))))

  const failed = (row: StoredSavedMethod, failure: PaymentFailure) =>
    changing(row, Effect.fnUntraced(function*(before) {
      const next: StoredSavedMethod = {
        ...before,
        status: before.status === "removed" ? "removed" : "failed",
        failure: { ...failure, advice: advice(failure.code) },
        nextAction: null,
        setupMethod: null,
        version: before.version + 1,
        updatedAt: yield* Timestamp.now
      }
      yield* methods.update(next)
      return next
    }))

  const record = (row: StoredSavedMethod, answer: GatewaySetup) => {
    const { failure, method, nextAction, reference, status } = answer
    if (row.setupReference !== null && row.setupReference !== reference) return Effect.succeed(row)
    if (status === "failed") {
      return failed(row, failure ?? { code: "declined", message: "It was declined", gatewayCode: null })
    }
    return changing(row, Effect.fnUntraced(function*(before) {
      const known: StoredSavedMethod = { ...before, setupReference: reference }
      if (status === "saved" && method !== null) return yield* records.activate(known, method)
      const next: StoredSavedMethod = {
        ...known,
        status: before.status === "removed" ? "removed" : "requires_action",
        // not every gateway can say again where it has sent the buyer
        nextAction: nextAction ?? before.nextAction,
        version: before.version + 1,
        updatedAt: yield* Timestamp.now
      }
      yield* methods.update(next)
      return next
    }))
  }

  const setup = Effect.fnUntraced(function*(row: StoredSavedMethod) {
    const gateway = yield* gateways.get(row.gateway)
    const user = yield* users.find(row.customerId)
    const { setup } = gateway
    if (setup === undefined || user === undefined || row.setupMethod === null) return yield* failed(row, abandoned)
    const request = { idempotencyKey: `${row.id}:setup`, method: row.setupMethod, email: user.email, returnUrl: row.returnUrl }
    return yield* settled(Effect.result(setup(request)), (result) => {
      if (result._tag === "Success") return record(row, result.success)
      const error = result.failure
      switch (error._tag) {
        case "GatewayUnavailable":
          return Effect.succeed(row)
        case "GatewayRejected":
          return failed(row, { code: error.failure ?? "gateway_error", message: error.detail, gatewayCode: error.gatewayCode })
        case "GatewayMisconfigured":
          return failed(row, { code: "gateway_error", message: error.message, gatewayCode: error.gatewayCode })
      }
    })
  })

  const ask: MethodSetups["ask"] = Effect.fn("SavedMethods.ask")(function*(row) {
    if (row.setupReference === null) return row.status === "pending" ? yield* setup(row) : row
    const { retrieveSetup } = yield* gateways.get(row.gateway)
    if (retrieveSetup === undefined) return row
    const reference = row.setupReference
    return yield* settled(retrieveSetup({ reference }), (answer) =>
      answer === undefined ? failed(row, abandoned) : record(row, answer))
  })

  return {
    ask,
    learn: Effect.fnUntraced(function*(gateway, reference) {
      const row = yield* methods.findBySetup(gateway, reference)
      return row === undefined ? undefined : yield* ask(row)
    }),
    giveUp: (row) => Effect.asVoid(failed(row, abandoned))
  } satisfies MethodSetups
})
