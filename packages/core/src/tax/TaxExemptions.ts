/**
 * Who pays no tax: exemptions that staff give, and VAT ids of customers, checked with a register.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { CurrentActor, userId } from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { ExemptFromTax, ListTaxExemptions, type TaxExemption } from "./TaxExemption.ts"
import { TaxExemptionNotFound, TaxSubjectNotFound, VatIdNotFound } from "./TaxExemptionErrors.ts"
import { TaxExempted, TaxExemptionEnded, VatIdChanged, VatIdRemoved } from "./TaxExemptionEvents.ts"
import { TaxExemptionRepository } from "./TaxExemptionRepository.ts"
import { plain, SetVatId, type VatId, type VatIdStatus } from "./VatId.ts"
import * as VatCheckDigits from "./VatCheckDigits.ts"
import { VatRegister } from "./VatRegister.ts"

export class TaxExemptions extends Context.Service<TaxExemptions, {
  /** Of a customer or a customer group. Needs `customers:read`. */
  readonly get: (
    subjectId: string
  ) => Effect.Effect<TaxExemption, InvalidInput | TaxExemptionNotFound | StorageError | Denied>
  /** Who is exempt from tax, by the ids of customers and groups. Needs `customers:read`. */
  readonly list: (
    input?: typeof ListTaxExemptions.Encoded
  ) => Effect.Effect<Page<TaxExemption>, InvalidInput | StorageError | Denied>
  /** Charges a customer, or everybody in a group, no tax from now on. Needs `customers:write`. */
  readonly exempt: (
    subjectId: string,
    input: typeof ExemptFromTax.Encoded
  ) => Effect.Effect<TaxExemption, InvalidInput | TaxSubjectNotFound | StorageError | Denied>
  /** Ends the exemption of a customer or group. Needs `customers:write`. */
  readonly end: (
    subjectId: string
  ) => Effect.Effect<void, InvalidInput | TaxExemptionNotFound | StorageError | Denied>
  /** The VAT id of a customer; `"me"` is the caller. Others need `customers:read`. */
  readonly vatId: (customerId: string) => Effect.Effect<VatId, InvalidInput | VatIdNotFound | StorageError | Denied>
  /**
   * Keeps a VAT id that looks like one, and asks the register about it; where that gives no answer within five seconds the
   * id stays unverified, and is asked about again every day. One's own must have check digits that fit; staff may keep a number
   * whose digits do not, for the register has the last word. For others than oneself it needs `customers:write`.
   */
  readonly setVatId: (
    customerId: string,
    input: typeof SetVatId.Encoded
  ) => Effect.Effect<VatId, InvalidInput | TaxSubjectNotFound | StorageError | Denied>
  /** For others than oneself it needs `customers:write`. */
  readonly removeVatId: (
    customerId: string
  ) => Effect.Effect<void, InvalidInput | VatIdNotFound | StorageError | Denied>
  /**
   * Asks the register again about VAT ids of the current store of which it has said nothing for 30 days, at most 200, and
   * says how many it answered. Runs as a cron job.
   */
  readonly recheck: Effect.Effect<number, StorageError>
}>()("@stoa/core/tax/TaxExemptions") {}

const decodeExempt = Input.decoder(ExemptFromTax)
const decodeList = Input.decoder(ListTaxExemptions)
const decodeVatId = Input.decoder(SetVatId)

const timeLimit = Duration.seconds(5)
const goodFor = Duration.days(30)
const askedAtOnce = 4
const askedPerRun = 200

const checked = Input.textParameters<TaxExemptions["Service"]>({
  get: ["subjectId"],
  exempt: ["subjectId"],
  end: ["subjectId"],
  vatId: ["customerId"],
  setVatId: ["customerId"],
  removeVatId: ["customerId"]
})

export const make = Effect.gen(function*() {
  const repository = yield* TaxExemptionRepository
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog
  const register = yield* VatRegister

  /** The customer who is meant, if the caller may. */
  const meant = Effect.fnUntraced(function*(customerId: string, permission: Permission.BuiltIn) {
    const own = userId(yield* CurrentActor)
    if (own !== undefined && (customerId === "me" || customerId === own)) return own
    yield* Permission.require(permission)
    return customerId
  })

  /** Never inside of a transaction: it may ask the network. The number is in no log. */
  const ask = (number: string): Effect.Effect<VatIdStatus> =>
    register.isRegistered(number).pipe(
      Effect.timeout(timeLimit),
      Effect.map((registered): VatIdStatus => registered ? "valid" : "invalid"),
      Effect.catch(() => Effect.as(Effect.logInfo("The register of VAT ids gave no answer"), "unverified" as const))
    )

  return checked(TaxExemptions.of({
    get: Effect.fn("TaxExemptions.get")(function*(subjectId) {
      yield* Permission.require("customers:read")
      return (yield* repository.exemption(subjectId)) ?? (yield* new TaxExemptionNotFound({ subjectId }))
    }),
    list: Effect.fn("TaxExemptions.list")(function*(input = {}) {
      yield* Permission.require("customers:read")
      return yield* repository.list(yield* decodeList(input))
    }),
    exempt: Effect.fn("TaxExemptions.exempt")(function*(subjectId, input) {
      yield* Permission.require("customers:write")
      const { reason } = yield* decodeExempt(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const now = yield* Timestamp.now
        const before = yield* repository.exemption(subjectId)
        const exemption: TaxExemption = { subjectId, reason, createdAt: before?.createdAt ?? now, updatedAt: now }
        if (!(yield* repository.exempt(exemption))) return yield* new TaxSubjectNotFound({ subjectId })
        yield* events.publish([TaxExempted.make(subjectId, { subjectId })])
        yield* audit.record({ action: "tax-exemption.grant", subject: subjectId, details: { reason } })
        return exemption
      }))
    }),
    end: Effect.fn("TaxExemptions.end")(function*(subjectId) {
      yield* Permission.require("customers:write")
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.end(subjectId))) return yield* new TaxExemptionNotFound({ subjectId })
        yield* events.publish([TaxExemptionEnded.make(subjectId, { subjectId })])
        yield* audit.record({ action: "tax-exemption.end", subject: subjectId, details: {} })
      }))
    }),
    vatId: Effect.fn("TaxExemptions.vatId")(function*(given) {
      const customerId = yield* meant(given, "customers:read")
      return (yield* repository.vatId(customerId)) ?? (yield* new VatIdNotFound({ customerId }))
    }),
    setVatId: Effect.fn("TaxExemptions.setVatId")(function*(given, input) {
      const customerId = yield* meant(given, "customers:write")
      const number = plain((yield* decodeVatId(input)).number)
      if (userId(yield* CurrentActor) === customerId && !(yield* VatCheckDigits.fit(number))) {
        return yield* InvalidInput.at(["number"], "has a misspelt digit: its check digits do not fit", "check_digit")
      }
      const status = yield* ask(number)
      const updatedAt = yield* Timestamp.now
      const vatId: VatId = { customerId, number, status, checkedAt: status === "unverified" ? null : updatedAt, updatedAt }
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.setVatId(vatId))) return yield* new TaxSubjectNotFound({ subjectId: customerId })
        yield* events.publish([VatIdChanged.make(customerId, { customerId, status })])
        yield* audit.record({ action: "vat-id.set", subject: customerId, details: { status } })
      }))
      return vatId
    }),
    removeVatId: Effect.fn("TaxExemptions.removeVatId")(function*(given) {
      const customerId = yield* meant(given, "customers:write")
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.removeVatId(customerId))) return yield* new VatIdNotFound({ customerId })
        yield* events.publish([VatIdRemoved.make(customerId, { customerId })])
        yield* audit.record({ action: "vat-id.remove", subject: customerId, details: {} })
      }))
    }),
    recheck: Effect.gen(function*() {
      const before = Timestamp.minus(yield* Timestamp.now, goodFor)
      const due = yield* repository.unansweredSince(before, askedPerRun)
      const answers = yield* Effect.forEach(
        due,
        (vatId) => Effect.map(ask(vatId.number), (status) => ({ vatId, status })),
        { concurrency: askedAtOnce }
      )
      const now = yield* Timestamp.now
      let answered = 0
      for (const { status, vatId } of answers) {
        if (status === "unverified") {
          // the others come first the next time
          yield* repository.answered({ ...vatId, updatedAt: now })
          continue
        }
        const { customerId } = vatId
        yield* transactor.transaction(Effect.gen(function*() {
          if (!(yield* repository.answered({ ...vatId, status, checkedAt: now, updatedAt: now }))) return
          if (status !== vatId.status) yield* events.publish([VatIdChanged.make(customerId, { customerId, status })])
        }))
        answered += 1
      }
      return answered
    }).pipe(Effect.withSpan("TaxExemptions.recheck"))
  }))
})

export const layer: Layer.Layer<
  TaxExemptions,
  never,
  TaxExemptionRepository | Transactor | Events | AuditLog
> = Layer.effect(TaxExemptions, make)
