/**
 * Gift cards: made by staff, spent by whoever has the code.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Books } from "../books/Books.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { Entropy } from "../kernel/Entropy.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Money } from "../kernel/Money.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Secret from "../kernel/Secret.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { currenciesOf } from "../stores/Store.ts"
import { Stores } from "../stores/Stores.ts"
import * as GiftCardRecall from "./GiftCardRecall.ts"
import * as GiftCardMail from "./GiftCardMail.ts"
import {
  codeFrom,
  CreateGiftCard,
  type GiftCard,
  type GiftCardBalance,
  GiftCardCode,
  GiftCardId,
  isSpendable,
  ListStoredValue,
  type NewGiftCard,
  normalized,
  shown,
  type StoredValue,
  UpdateGiftCard,
  type ValueMovement
} from "./StoredValue.ts"
import { GiftCardNotFound } from "./StoredValueErrors.ts"
import { GiftCardIssued, GiftCardVoided } from "./StoredValueEvents.ts"
import * as StoredValueLedger from "./StoredValueLedger.ts"
import { StoredValueRepository } from "./StoredValueRepository.ts"

export class GiftCards extends Context.Service<GiftCards, {
  /** What is on the card of a code, for whoever knows it. */
  readonly lookup: (code: string) => Effect.Effect<GiftCardBalance, InvalidInput | GiftCardNotFound | StorageError>
  /**
   * Makes a card, and shows its code this once. With an e-mail address the code is sent there by a job instead, and
   * nobody else sees it. Needs `gift-cards:write`.
   */
  readonly create: (
    input: typeof CreateGiftCard.Encoded
  ) => Effect.Effect<NewGiftCard, InvalidInput | StorageError | Denied>
  /** Gift cards, the newest first, without their codes. Needs `gift-cards:read`. */
  readonly list: (
    input?: typeof ListStoredValue.Encoded
  ) => Effect.Effect<Page<GiftCard>, InvalidInput | StorageError | Denied>
  /** A gift card by its id, without its code. Needs `gift-cards:read`. */
  readonly get: (id: string) => Effect.Effect<GiftCard, InvalidInput | GiftCardNotFound | StorageError | Denied>
  /** Changes its end or its note. Needs `gift-cards:write`. */
  readonly update: (
    id: string,
    input: typeof UpdateGiftCard.Encoded
  ) => Effect.Effect<GiftCard, InvalidInput | GiftCardNotFound | VersionConflict | StorageError | Denied>
  /** Takes all that is left off a card, for good. Needs `gift-cards:write`. */
  readonly void: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<GiftCard, InvalidInput | GiftCardNotFound | VersionConflict | StorageError | Denied>
  /** What changed the balance of a card, the newest first. Needs `gift-cards:read`. */
  readonly movements: (
    id: string,
    input?: typeof ListStoredValue.Encoded
  ) => Effect.Effect<Page<ValueMovement>, InvalidInput | GiftCardNotFound | StorageError | Denied>
}>()("@stoa/core/value/GiftCards") {}

const decodeCreate = Input.decoder(CreateGiftCard)
const decodeUpdate = Input.decoder(UpdateGiftCard)
const decodeList = Input.decoder(ListStoredValue)
const decodeCode = Input.decoder(Schema.Struct({ code: GiftCardCode }))
const isId = Schema.is(GiftCardId)

const checked = Input.textParameters<GiftCards["Service"]>({
  lookup: ["code"],
  get: ["id"],
  update: ["id"],
  void: ["id"],
  movements: ["id"]
})

const newCode = Effect.map(Entropy, (entropy) => codeFrom(entropy.bytes(16)))

const coded = (code: string) => ({ codeHash: Secret.hash(normalized(code)), lastFour: code.slice(-4) })

export const make = Effect.gen(function*() {
  const repository = yield* StoredValueRepository
  const books = yield* Books
  const orders = yield* OrderRepository
  const stores = yield* Stores
  const jobs = yield* Jobs
  const notifications = yield* Notifications
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog

  const found = (look: typeof repository.find) =>
    Effect.fnUntraced(function*(id: string) {
      const card = isId(id) ? yield* look(id) : undefined
      return card ?? (yield* new GiftCardNotFound({ giftCardId: id }))
    })
  const find = found(repository.find)
  const hold = found(repository.hold)

  const record = (action: string, id: string, details: Record<string, Schema.Json>) =>
    audit.record({ action: `gift-card.${action}`, subject: id, details })

  const recalled = GiftCardRecall.recalled(repository, books, events)

  const balanceOf = ({ balance, currency }: StoredValue): Money => ({ amount: balance, currency })

  /** The code is made here and not before, so that no table and no queue ever holds it. */
  const mail = Effect.fnUntraced(function*(id: string, attempt: number) {
    const card = yield* repository.find(id)
    if (card === undefined || card.email === null || card.status === "void") return
    const { message = null, name = null } = card.sale ?? {}
    const order = card.sale === undefined ? undefined : yield* orders.find(card.sale.orderId)
    const code = yield* newCode
    yield* repository.replace({ ...card, ...coded(code), version: card.version + 1, updatedAt: yield* Timestamp.now })
    yield* notifications.deliver(`${id}.${attempt}`, {
      recipient: { channel: "email", address: card.email },
      template: "gift-card",
      ...(order?.language === undefined ? {} : { locale: order.language }),
      data: {
        code,
        amount: { ...balanceOf(card) },
        ...(name === null ? {} : { name }),
        ...(message === null ? {} : { message }),
        ...(card.expiresAt === null ? {} : { expires: card.expiresAt.slice(0, 10) })
      }
    }).pipe(
      Effect.catchTag("DeliveryFailed", (error) =>
        error.permanent ? Effect.logWarning(`A gift card cannot be sent: ${error.message}`) : Effect.fail(error))
    )
  })

  yield* jobs.handle({
    name: GiftCardMail.name,
    payload: Schema.Struct({ giftCardId: Schema.String }),
    run: ({ giftCardId }, { attempt }) => mail(giftCardId, attempt),
    timeLimit: "2 minutes"
  })

  return checked(GiftCards.of({
    lookup: Effect.fn("GiftCards.lookup")(function*(given) {
      const { code } = yield* decodeCode({ code: given })
      const [card] = yield* repository.spendable([Secret.hash(normalized(code))], null)
      if (card === undefined) return yield* new GiftCardNotFound({ giftCardId: null })
      const spendable = isSpendable(card, yield* Timestamp.now)
      return {
        lastFour: card.lastFour ?? "",
        balance: balanceOf(card),
        status: card.status === "void" ? "void" as const : spendable ? "active" as const : "expired" as const,
        expiresAt: card.expiresAt
      }
    }),
    create: Effect.fn("GiftCards.create")(function*(input) {
      yield* Permission.require("gift-cards:write")
      const { amount, email, expiresAt = null, note = null } = yield* decodeCreate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const { currency } = amount
        const sold = currenciesOf(yield* stores.current)
        if (!sold.includes(currency)) {
          return yield* InvalidInput.at(["amount", "currency"], `is none that the store sells in: ${sold.join(", ")}`, "other_currency")
        }
        const now = yield* Timestamp.now
        if (expiresAt !== null && expiresAt <= now) return yield* InvalidInput.at(["expiresAt"], "is over already", "has_passed")
        const code = email === undefined ? yield* newCode : null
        const card: StoredValue = {
          id: yield* GiftCardId.generate,
          kind: "gift_card",
          currency,
          initial: amount.amount,
          balance: 0,
          status: "active",
          customerId: null,
          ...(code === null ? { codeHash: null, lastFour: null } : coded(code)),
          email: email ?? null,
          note,
          expiresAt,
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* repository.insert(card)
        yield* repository.move({
          key: `issue:${card.id}`,
          valueId: card.id,
          kind: "issue",
          amount: amount.amount,
          orderId: null,
          reason: null,
          at: now
        }, { spending: false })
        yield* books.post(StoredValueLedger.owe("gift_card", `issue:${card.id}`, amount, now))
        if (email !== undefined) {
          yield* GiftCardMail.enqueue(jobs, card.id)
        }
        yield* events.publish([GiftCardIssued.make(card.id, { amount })])
        yield* record("create", card.id, { amount: { ...amount }, sent: email !== undefined })
        return { giftCard: shown({ ...card, balance: amount.amount }), code }
      }))
    }),
    list: Effect.fn("GiftCards.list")(function*(input = {}) {
      yield* Permission.require("gift-cards:read")
      const page = yield* repository.giftCards(yield* decodeList(input))
      return { ...page, items: page.items.map(shown) }
    }),
    get: Effect.fn("GiftCards.get")(function*(id) {
      yield* Permission.require("gift-cards:read")
      return shown(yield* find(id))
    }),
    update: Effect.fn("GiftCards.update")(function*(id, input) {
      yield* Permission.require("gift-cards:write")
      const { version, ...changes } = yield* decodeUpdate(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const card = yield* find(id)
        if (version !== undefined && version !== card.version) {
          return yield* new VersionConflict({ id: card.id, expected: version })
        }
        const changed: StoredValue = { ...card, ...changes, version: card.version + 1, updatedAt: yield* Timestamp.now }
        yield* repository.replace(changed)
        yield* record("update", card.id, { fields: Object.keys(changes) })
        return shown(changed)
      }))
    }),
    void: Effect.fn("GiftCards.void")(function*(id, options = {}) {
      yield* Permission.require("gift-cards:write")
      const { version } = yield* decodeAtVersion(options)
      return yield* transactor.transaction(Effect.gen(function*() {
        const seen = yield* find(id)
        // what is paid with it or comes back onto it at this moment is known by then; one that was sold is held with the others of its order
        const card = seen.sale === undefined ? yield* hold(id) : seen
        if (version !== undefined && version !== card.version) {
          return yield* new VersionConflict({ id: card.id, expected: version })
        }
        if (card.status === "void") return shown(card)
        const now = yield* Timestamp.now
        if (card.sale !== undefined) {
          const sold = (yield* repository.soldIn(card.sale.orderId)).filter(({ id, status }) => id === card.id && status === "active")
          yield* recalled(card.sale.orderId, card.currency, sold, null, now)
          yield* record("void", card.id, { amount: { amount: sold[0]?.balance ?? 0, currency: card.currency } })
          return shown(yield* find(id))
        }
        const left = balanceOf(card)
        const voided: StoredValue = { ...card, status: "void", balance: 0, version: card.version + 1, updatedAt: now }
        yield* repository.replace(voided)
        const moved = yield* repository.move({
          key: `void:${card.id}`,
          valueId: card.id,
          kind: "void",
          amount: -left.amount,
          orderId: null,
          reason: null,
          at: now
        }, { spending: false })
        // somebody has spent some of it since it was read
        if (!moved) return yield* new VersionConflict({ id: card.id, expected: card.version })
        yield* books.post(
          StoredValueLedger.owe("gift_card", `void:${card.id}`, { ...left, amount: -left.amount }, now)
        )
        yield* events.publish([GiftCardVoided.make(card.id, { amount: left })])
        yield* record("void", card.id, { amount: { ...left } })
        return shown(voided)
      }))
    }),
    movements: Effect.fn("GiftCards.movements")(function*(id, input = {}) {
      yield* Permission.require("gift-cards:read")
      const query = yield* decodeList(input)
      return yield* repository.movements(yield* find(id), query)
    })
  }))
})

export const layer: Layer.Layer<
  GiftCards,
  never,
  | StoredValueRepository
  | Books
  | Stores
  | Jobs
  | Notifications
  | OrderRepository
  | Transactor
  | Events
  | AuditLog
> = Layer.effect(GiftCards, make)
