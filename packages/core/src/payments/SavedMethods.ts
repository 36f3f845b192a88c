/**
 * The means of payment that gateways keep for the customer who is signed in. What is not theirs is not there, and what
 * names a means at its gateway is never shown.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { TooManyAttempts } from "../identity/IdentityErrors.ts"
import type { UserRepository } from "../identity/UserRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import { type ImpersonationRefused, inPerson, Unauthenticated } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import * as ForBuyers from "./ForBuyers.ts"
import * as MethodSetups from "./MethodSetups.ts"
import type { GatewayError, PaymentGateway } from "./PaymentGateway.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { untilWritten } from "./PaymentRecords.ts"
import { type GatewayNotFound, PaymentMethodUnknown } from "./PaymentsErrors.ts"
import { AddSavedMethod, isExpired, maximumSavedMethods, type SavedMethod, SavedMethodId } from "./SavedMethod.ts"
import { SavedMethodNotFound, SavingUnsupported, TooManySavedMethods } from "./SavedMethodErrors.ts"
import { SavedMethodDefaulted, SavedMethodRemoved } from "./SavedMethodEvents.ts"
import * as SavedMethodRecords from "./SavedMethodRecords.ts"
import { SavedMethodRepository, type StoredSavedMethod } from "./SavedMethodRepository.ts"

export class SavedMethods extends Context.Service<SavedMethods, {
  /** Those of the calling customer that can be paid with, oldest first; at most 20. */
  readonly list: Effect.Effect<ReadonlyArray<SavedMethod>, Unauthenticated | StorageError>
  /** One of them, or one that is being added. */
  readonly get: (
    id: string
  ) => Effect.Effect<SavedMethod, InvalidInput | SavedMethodNotFound | Unauthenticated | StorageError>
  /**
   * Has a gateway keep a means of payment without a payment. Where the bank wants to see its customer, `nextAction` says
   * where they go, and `confirm` is called when they are back. A means that is declined is no failure of this call: it
   * comes back `failed` and says why. If the gateway does not answer it stays `pending`, and it is found out later. After ten
   * that have failed within a day the customer has to wait, so that nobody tries stolen cards here.
   */
  readonly add: (
    input: typeof AddSavedMethod.Encoded
  ) => Effect.Effect<
    SavedMethod,
    | InvalidInput
    | GatewayNotFound
    | PaymentMethodUnknown
    | SavingUnsupported
    | TooManySavedMethods
    | TooManyAttempts
    | ImpersonationRefused
    | Unauthenticated
    | StorageError
  >
  /** Asks the gateway what has become of one that is being added. Where the customer has kept the same before, that one comes back. */
  readonly confirm: (
    id: string
  ) => Effect.Effect<
    SavedMethod,
    InvalidInput | SavedMethodNotFound | GatewayNotFound | GatewayError | Unauthenticated | StorageError
  >
  /** Makes it the one that is paid with unless the customer says otherwise. */
  readonly setDefault: (
    id: string
  ) => Effect.Effect<
    SavedMethod,
    InvalidInput | SavedMethodNotFound | ImpersonationRefused | Unauthenticated | StorageError
  >
  /**
   * It is gone at once; a job tells the gateway to forget it. Payments that are under way with it go on. If it was the
   * default, the one that was before it is again, or else the oldest. One that has failed was never kept, and stays as it is.
   */
  readonly remove: (
    id: string
  ) => Effect.Effect<void, InvalidInput | SavedMethodNotFound | ImpersonationRefused | Unauthenticated | StorageError>
}>()("@stoa/core/payments/SavedMethods") {}

const decodeAdd = Input.decoder(AddSavedMethod)

const checkedIds = Input.textParameters<SavedMethods["Service"]>({
  get: ["id"],
  confirm: ["id"],
  setDefault: ["id"],
  remove: ["id"]
})

const caller = Permission.customer("Only a customer who is signed in has saved payment methods")

/** How long a customer may take to agree at the bank's page. */
const openFor = "1 day"

/** How long what has failed can be looked at. */
const failedFor = "30 days"

/** So many may fail within a day. */
const mostFailures = 10

/** When it is time to look after what its own call or job should have brought to an end. */
const patience = { pending: "1 minute", removed: "1 hour" } as const

/** Rows that are looked after at once, of each kind. */
const atOnce = 100

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const methods = yield* SavedMethodRepository
  const gateways = yield* PaymentGateways
  const stores = yield* StoreRepository
  const events = yield* Events
  const audit = yield* AuditLog
  const jobs = yield* Jobs
  const { transaction } = yield* Transactor
  const records = yield* SavedMethodRecords.make
  const setups = yield* MethodSetups.make

  const forget = Effect.fn("SavedMethods.forget")(function*(id: string) {
    const row = yield* methods.find(id)
    if (row?.status !== "removed") return
    const gateway = gateways.find(row.gateway)
    // what a customer agrees to at the bank's page after they have removed it is kept there, too
    const asked = row.token === null && row.setupReference !== null && gateway?.retrieveSetup !== undefined
      ? yield* gateway.retrieveSetup({ reference: row.setupReference })
      : undefined
    if (row.token === null && asked?.status === "requires_action" && !(yield* isOver(row))) return
    const token = row.token ?? asked?.method?.reference ?? null
    // somebody who has saved it again since pays with the same
    if (token !== null && gateway?.forget !== undefined && !(yield* methods.isUsed(row.gateway, token))) {
      yield* gateway.forget({ reference: token })
    }
    yield* methods.delete(id)
  })

  const isOver = (row: StoredSavedMethod) =>
    Effect.map(Timestamp.now, (now) => Timestamp.plus(row.createdAt, openFor) <= now)

  /** What was cut off, or left lying, comes to its end. */
  const tidy = Effect.gen(function*() {
    const now = yield* Timestamp.now
    const attempt = <A, E>(work: Effect.Effect<A, E>) =>
      Effect.ignore(work, { log: "Warn", message: "A saved payment method could not be looked after yet" })
    // whoever does not get on lets others go first the next time
    const touch = (row: StoredSavedMethod) => methods.update({ ...row, version: row.version + 1, updatedAt: now })
    const open = yield* methods.untouched("pending", Timestamp.minus(now, patience.pending), atOnce)
    const away = yield* methods.untouched("requires_action", Timestamp.minus(now, openFor), atOnce)
    const removed = yield* methods.untouched("removed", Timestamp.minus(now, patience.removed), atOnce)
    for (const row of [...open, ...away]) {
      yield* attempt(Effect.gen(function*() {
        const asked = yield* Effect.result(setups.ask(row))
        const after = asked._tag === "Success" ? asked.success : row
        const isOpen = after.status === "pending" || after.status === "requires_action"
        if (isOpen && (yield* isOver(after))) yield* setups.giveUp(after)
      }))
    }
    for (const row of removed) {
      yield* attempt(Effect.tapError(forget(row.id), () => touch(row)))
    }
    yield* methods.deleteFailed(Timestamp.minus(now, failedFor))
  })

  yield* jobs.handle({
    name: SavedMethodRecords.forgetJob,
    payload: Schema.Struct({ id: Schema.String }),
    run: ({ id }) => forget(id)
  })
  yield* StoreCron.register(jobs, stores, { name: "payment-methods.tidy", cron: "*/5 * * * *", run: tidy })

  const shown = Effect.fnUntraced(function*(row: StoredSavedMethod, all: ReadonlyArray<StoredSavedMethod>) {
    if (row.status === "removed") return yield* new SavedMethodNotFound({ savedMethod: row.id })
    const actor = yield* Actor.CurrentActor
    const method: SavedMethod = {
      id: row.id,
      gateway: row.gateway,
      status: row.status,
      type: row.type,
      brand: row.brand,
      last4: row.last4,
      expiresMonth: row.expiresMonth,
      expiresYear: row.expiresYear,
      expired: isExpired(row, yield* Timestamp.now),
      isDefault: row.id === defaultOf(all)?.id,
      consentedAt: row.consentedAt,
      nextAction: row.nextAction,
      failure: row.failure,
      version: row.version,
      createdAt: row.createdAt,
      updatedAt: row.updatedAt
    }
    return ForBuyers.unlessStaff(actor, method)
  })

  const mine = Effect.fnUntraced(function*(id: string) {
    const all = yield* methods.ofCustomer(yield* caller)
    return { row: yield* named(all, id), all }
  })

  const after = Effect.fnUntraced(function*(row: StoredSavedMethod) {
    return yield* shown(row, yield* methods.ofCustomer(row.customerId))
  })

  /** The gateway that was named, or the first that keeps a means without a payment. */
  const keeper = Effect.fnUntraced(function*(name: string | undefined, method: string) {
    const gateway: PaymentGateway | undefined = name === undefined
      ? gateways.names.map(gateways.find).find((one) => one?.setup !== undefined)
      : yield* gateways.get(name)
    if (gateway === undefined) return yield* new SavingUnsupported({ gateway: null, withPayment: false })
    const { savedMethods: withPayment, methods: available } = gateway.capabilities
    if (gateway.setup === undefined) return yield* new SavingUnsupported({ gateway: gateway.name, withPayment })
    if (available !== undefined && !available.includes(method)) {
      return yield* new PaymentMethodUnknown({ gateway: gateway.name, method, available })
    }
    return gateway.name
  })

  /** Works on what the caller keeps while nobody else adds to it. */
  const changing = <A, E>(change: (customerId: string, all: ReadonlyArray<StoredSavedMethod>) => Effect.Effect<A, E>) =>
    Effect.flatMap(caller, (customerId) =>
      untilWritten("SavedMethods.change")(transaction(Effect.gen(function*() {
        const all = yield* methods.lock(customerId)
        return all === undefined
          ? yield* new Unauthenticated({ reason: "Sign in first" })
          : yield* change(customerId, all)
      }))))

  return watched(checkedIds(SavedMethods.of({
    list: Effect.withSpan(
      Effect.gen(function*() {
        const all = yield* methods.ofCustomer(yield* caller)
        return yield* Effect.forEach(all.filter(isActive), (row) => Effect.orDie(shown(row, all)))
      }),
      "SavedMethods.list"
    ),

    get: Effect.fn("SavedMethods.get")(function*(id) {
      const { all, row } = yield* mine(id)
      return yield* shown(row, all)
    }),

    add: Effect.fn("SavedMethods.add")(function*(input) {
      const { gateway: name, makeDefault = false, method, returnUrl } = yield* decodeAdd(input)
      yield* caller
      yield* inPerson
      const gateway = yield* keeper(name, method)
      const row = yield* changing(Effect.fnUntraced(function*(customerId, all) {
        if (all.filter(({ status }) => status !== "failed").length >= maximumSavedMethods) {
          return yield* new TooManySavedMethods({ maximum: maximumSavedMethods })
        }
        const now = yield* Timestamp.now
        yield* patient(all, now)
        const row: StoredSavedMethod = {
          ...SavedMethodRecords.blank(yield* SavedMethodId.generate, customerId, gateway, now),
          defaultAt: makeDefault ? now : null,
          setupMethod: method,
          returnUrl: returnUrl ?? null
        }
        yield* methods.insert(row)
        yield* audit.record({ action: "payment_method.add", subject: row.id, details: { customerId, gateway } })
        return row
      }))
      const asked = yield* Effect.result(setups.ask(row))
      // whatever went wrong here, the row is there and is asked about again
      if (asked._tag === "Failure") yield* Effect.logWarning("A payment method could not be saved yet", asked.failure._tag)
      return yield* Effect.catchTag(after(asked._tag === "Success" ? asked.success : row), "SavedMethodNotFound", () =>
        new TooManySavedMethods({ maximum: maximumSavedMethods }))
    }),

    confirm: Effect.fn("SavedMethods.confirm")(function*(id) {
      const { row } = yield* mine(id)
      return yield* after(yield* ForBuyers.told(setups.ask(row)))
    }),

    setDefault: Effect.fn("SavedMethods.setDefault")(function*(id) {
      yield* caller
      yield* inPerson
      const row = yield* changing(Effect.fnUntraced(function*(customerId, all) {
        const row = yield* named(all.filter(isActive), id)
        if (defaultOf(all)?.id === id) return row
        const now = yield* Timestamp.now
        const next: StoredSavedMethod = { ...row, defaultAt: now, version: row.version + 1, updatedAt: now }
        yield* methods.update(next)
        yield* audit.record({ action: "payment_method.default", subject: id, details: { customerId } })
        yield* events.publish([SavedMethodDefaulted.make(id, { methodId: id, customerId, gateway: row.gateway })])
        return next
      }))
      return yield* after(row)
    }),

    remove: Effect.fn("SavedMethods.remove")(function*(id) {
      yield* caller
      yield* inPerson
      yield* changing(Effect.fnUntraced(function*(customerId, all) {
        const row = yield* named(all, id)
        if (row.status === "failed") return
        const now = yield* Timestamp.now
        yield* methods.update({
          ...row,
          status: "removed",
          defaultAt: null,
          setupMethod: null,
          version: row.version + 1,
          updatedAt: now
        })
        yield* records.forgetLater(id)
        yield* audit.record({ action: "payment_method.remove", subject: id, details: { customerId, gateway: row.gateway } })
        yield* events.publish([SavedMethodRemoved.make(id, { methodId: id, customerId, gateway: row.gateway })])
      }))
    })
  })))
})

const isActive = ({ status }: StoredSavedMethod): boolean => status === "active"

/** The one that was made the default last, or the oldest. */
const defaultOf = (all: ReadonlyArray<StoredSavedMethod>): StoredSavedMethod | undefined =>
  all.filter(isActive).reduce<StoredSavedMethod | undefined>(
    (first, one) => first === undefined || (one.defaultAt ?? "") > (first.defaultAt ?? "") ? one : first,
    undefined
  )

/** Fails while too many of a customer's have failed lately. */
const patient = (all: ReadonlyArray<StoredSavedMethod>, now: Timestamp.Timestamp) => {
  const failed = all.filter(({ createdAt, status }) => status === "failed" && Timestamp.plus(createdAt, "1 day") > now)
  const [first] = failed.slice(-mostFailures)
  if (failed.length < mostFailures || first === undefined) return Effect.void
  const until = Date.parse(Timestamp.plus(first.createdAt, "1 day"))
  return Effect.fail(new TooManyAttempts({ retryAfterSeconds: Math.ceil((until - Date.parse(now)) / 1_000) }))
}

const named = (all: ReadonlyArray<StoredSavedMethod>, id: string) => {
  const found = all.find((one) => one.id === id)
  return found === undefined ? Effect.fail(new SavedMethodNotFound({ savedMethod: id.slice(0, 200) })) : Effect.succeed(found)
}

export const layer: Layer.Layer<
  SavedMethods,
  never,
  AuditLog | Events | Jobs | PaymentGateways | SavedMethodRepository | StoreRepository | Transactor | UserRepository
> = Layer.effect(SavedMethods, make)
