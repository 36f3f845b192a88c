/**
 * What is done for payments without anybody asking: the work that other processes left behind, what is due at its hour in every
 * store, and what follows from what has become of orders.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { OrderRefunded } from "../orders/OrderEvents.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"
import * as Authorizations from "./Authorizations.ts"
import { DisputeWon } from "./DisputeEvents.ts"
import * as EndedOrders from "./EndedOrders.ts"
import * as GatewayAlerts from "./GatewayAlerts.ts"
import * as PaymentRecords from "./PaymentRecords.ts"
import type { PaymentRequests } from "./PaymentRequests.ts"
import type * as Reconciling from "./Reconciling.ts"
import type { Recovered } from "./Recovery.ts"
import type { Refunds } from "./Refunds.ts"
import * as Webhooks from "./Webhooks.ts"

export interface Workers {
  readonly records: PaymentRecords.PaymentRecords
  readonly requests: PaymentRequests
  readonly refunds: Refunds
  readonly webhooks: Webhooks.Webhooks
  readonly reconciling: Effect.Success<ReturnType<typeof Reconciling.make>>
  /** What brings to an end, in one store, what was cut off. */
  readonly recover: Effect.Effect<Recovered, StorageError>
}

const jobsOf = Effect.fnUntraced(function*({ refunds, requests, webhooks }: Workers) {
  const jobs = yield* Jobs
  yield* jobs.handle({ name: Webhooks.gatewayEventJob, payload: Webhooks.GatewayEventJob, run: (event, { attempt }) => webhooks.handle(event, attempt) })
  yield* jobs.handle({
    name: PaymentRecords.refundJob,
    payload: Schema.Struct({ refundId: Schema.String }),
    run: ({ refundId }) => refunds.carryOut(refundId)
  })
  yield* jobs.handle({
    name: PaymentRecords.requestJob,
    payload: Schema.Struct({ paymentId: Schema.String }),
    // a key that is refused stays so however often it is tried: the recovery looks whether staff have put it right
    run: ({ paymentId }) => Effect.catchTag(requests.carryOut(paymentId), "GatewayMisconfigured", () => Effect.void)
  })
  yield* GatewayAlerts.listen
})

const inEveryStore = Effect.fnUntraced(function*({ reconciling, recover, requests }: Workers) {
  const jobs = yield* Jobs
  const stores = yield* Stores
  const storeRepository = yield* StoreRepository
  const authorizations = yield* Authorizations.make(requests)
  yield* jobs.cron({
    name: "payments.recover",
    cron: "* * * * *",
    run: Effect.flatMap(stores.list, (all) =>
      Effect.forEach(
        all,
        // one store's trouble is not another's
        ({ id }) => Effect.ignore(within(id)(recover), { log: "Error", message: `The recovery of ${id} failed` }),
        { concurrency: 4, discard: true }
      )).pipe(Actor.as(Actor.system("payments.recover")))
  })
  yield* StoreCron.register(jobs, storeRepository, {
    name: "payments.authorizations",
    cron: "20 * * * *",
    run: authorizations.run
  })
  yield* StoreCron.register(jobs, storeRepository, { name: "payments.reconcile", cron: "30 3 * * *", run: reconciling.run({}) })
})

const afterOrders = Effect.fnUntraced(function*({ records, requests }: Workers) {
  const events = yield* Events
  const endedOrders = yield* EndedOrders.make(records, requests)
  yield* events.subscribe({
    name: "payments.order-cancelled",
    types: ["order.cancelled"],
    handle: (event) => endedOrders.cancelled(event.subject)
  })
  yield* events.subscribe({
    name: "payments.order-refunded",
    types: [OrderRefunded.type],
    among: (published) => Effect.succeed(published.filter(({ data }) => (data as typeof OrderRefunded.data.Type).full)),
    handle: (event) => endedOrders.refunded(event.subject)
  })
  yield* events.subscribe({
    name: "payments.dispute-won",
    types: [DisputeWon.type],
    handle: ({ data }) => endedOrders.disputeWon((data as typeof DisputeWon.data.Type).orderId)
  })
})

/** Gives the engine these duties. Call it while the engine's layers are built. */
export const register = Effect.fnUntraced(function*(workers: Workers) {
  yield* jobsOf(workers)
  yield* inEveryStore(workers)
  yield* afterOrders(workers)
})
