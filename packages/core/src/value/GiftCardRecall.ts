/**
 * Taking back gift cards with the pieces of an order that they are, or with all of its money: what is left on them is the order's
 * again.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Books } from "../books/Books.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import type { Money } from "../kernel/Money.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Order } from "../orders/Order.ts"
import { OrderGiftCardsRestored, OrderGiftCardsTaken } from "../orders/OrderEvents.ts"
import { type GiftCardPieces, type GoneFromCards, isSoldIn, SoldGiftCards, told } from "../orders/SoldGiftCards.ts"
import * as GiftCardMail from "./GiftCardMail.ts"
import type { TakenFor } from "./StoredValue.ts"
import { GiftCardRestored, GiftCardVoided } from "./StoredValueEvents.ts"
import * as StoredValueLedger from "./StoredValueLedger.ts"
import { type RestoredCard, type SoldCard, StoredValueRepository } from "./StoredValueRepository.ts"

interface Chosen {
  readonly cards: ReadonlyArray<SoldCard>
  readonly spent: number
}

const isActive = ({ status }: SoldCard): boolean => status === "active"

/** Whether it stands for a piece that is not cancelled: one that was taken back lives on for what came back onto it only. */
const isOfPiece = (card: SoldCard): boolean => isActive(card) && card.takenFor === null

/** The cards that pieces became, of each line those that hold the most, and what was spent of them. */
const choose = (order: Order, pieces: ReadonlyArray<GiftCardPieces>, sold: ReadonlyArray<SoldCard>): Chosen => {
  const cards: Array<SoldCard> = []
  let spent = 0
  for (const { lineId, quantity } of pieces) {
    const line = order.lines.find(({ id }) => id === lineId)
    const ofLine = sold.filter((card) => card.lineId === lineId)
    if (line?.giftCard === undefined || ofLine.length === 0) continue
    const taken = ofLine.filter(isOfPiece).sort((a, b) => b.balance - a.balance || a.piece - b.piece).slice(0, quantity)
    cards.push(...taken)
    for (const { balance, initial } of taken) spent += initial - balance
    // staff have voided the others by hand
    spent += (quantity - taken.length) * line.unitPrice.amount
  }
  return { cards, spent }
}

const goneFrom = (sold: ReadonlyArray<SoldCard>): GoneFromCards => ({
  spent: sold.reduce((sum, { spent }) => sum + Math.max(spent, 0), 0),
  kept: sold.reduce((sum, { status, taken, takenFor }) => status === "void" && takenFor === null ? sum + taken : sum, 0)
})

/** What one that lives on without its piece is taken for, so that it comes back as what it was. */
const withoutPiece = { order: "order", refund: "piece_refund", dispute: "piece_dispute" } as const

/** A card that lives again, as what it was. */
const living = (takenFor: RestoredCard["takenFor"]) => ({ id, taken, unsent, version }: SoldCard) =>
  ({ id, taken, takenFor, unsent, version }) satisfies RestoredCard & Pick<SoldCard, "unsent">

/** Takes all that is left off cards that were sold, as they were read in the current transaction. */
export const recalled = (
  repository: StoredValueRepository["Service"],
  books: Books["Service"],
  events: Events["Service"]
) =>
  Effect.fnUntraced(function*(
    orderId: string,
    currency: Money["currency"],
    cards: ReadonlyArray<Pick<SoldCard, "id" | "balance" | "version">>,
    takenFor: TakenFor | null,
    at: Timestamp.Timestamp
  ) {
    if (cards.length === 0) return
    yield* repository.voidSold(orderId, cards, takenFor, at)
    const left = ({ balance }: Pick<SoldCard, "balance">) => ({ amount: balance, currency })
    yield* books.post(cards.flatMap((card) => StoredValueLedger.unsold(card, left(card), orderId, at)))
    yield* events.publish(cards.map((card) => GiftCardVoided.make(card.id, { amount: left(card) })))
  })

export const layer: Layer.Layer<SoldGiftCards, never, StoredValueRepository | Books | Events | Jobs> = Layer.effect(
  SoldGiftCards,
  Effect.gen(function*() {
    const repository = yield* StoredValueRepository
    const books = yield* Books
    const events = yield* Events
    const jobs = yield* Jobs
    const takeBack = recalled(repository, books, events)

    const chosen = Effect.fnUntraced(function*(order: Order, pieces: ReadonlyArray<GiftCardPieces>) {
      const gifts = new Set<string>(order.lines.flatMap(({ giftCard, id }) => giftCard === undefined ? [] : [id]))
      const wanted = pieces.filter(({ lineId, quantity }) => quantity > 0 && gifts.has(lineId))
      return wanted.length === 0 ? { cards: [], spent: 0 } : choose(order, wanted, yield* repository.soldIn(order.id))
    })

    const all = (order: Order) => isSoldIn(order) ? repository.soldIn(order.id) : Effect.succeed([])

    const about = ({ currency, customerId, id, number, ...order }: Order, amount: number) => ({
      orderId: id,
      number,
      customerId,
      ...told(order),
      amount: { amount, currency }
    })

    return SoldGiftCards.of({
      spent: (order, pieces) => Effect.map(chosen(order, pieces), ({ spent }) => spent),
      gone: (order) => Effect.map(all(order), goneFrom),
      recall: Effect.fn("SoldGiftCards.recall")(function*(order, pieces) {
        const { cards, spent } = yield* chosen(order, pieces)
        yield* takeBack(order.id, order.currency, cards, "piece", yield* Timestamp.now)
        return spent
      }),
      recallAll: Effect.fn("SoldGiftCards.recallAll")(function*(order, cause) {
        const sold = yield* all(order)
        const cards = sold.filter(isActive)
        if (cards.length > 0) {
          const at = yield* Timestamp.now
          yield* takeBack(order.id, order.currency, cards.filter(isOfPiece), cause, at)
          yield* takeBack(order.id, order.currency, cards.filter((card) => !isOfPiece(card)), withoutPiece[cause], at)
          if (cause !== "order") {
            const amount = cards.reduce((sum, { balance }) => sum + balance, 0)
            yield* events.publish([OrderGiftCardsTaken.make(order.id, { ...about(order, amount), for: cause })])
          }
        }
        return goneFrom(sold)
      }),
      restore: Effect.fn("SoldGiftCards.restore")(function*(order, cause) {
        const sold = yield* all(order)
        const ofPieces = order.lines.flatMap(({ cancelled, id, quantity }) => {
          const ofLine = sold.filter(({ lineId }) => lineId === id)
          // those that hold the most came back with the pieces that were cancelled meanwhile
          return ofLine.filter(({ status, takenFor }) => status === "void" && takenFor === cause)
            .sort((a, b) => a.spent - b.spent || a.piece - b.piece)
            .slice(0, Math.max(0, quantity - cancelled - ofLine.filter(isOfPiece).length))
        })
        const others = sold.filter(({ status, takenFor }) => status === "void" && takenFor === withoutPiece[cause])
        const cards = [
          ...ofPieces.map(living(null)),
          ...others.map(living("piece"))
        ]
        if (cards.length === 0) return
        const at = yield* Timestamp.now
        const worth = ({ taken }: Pick<SoldCard, "taken">) => ({ amount: taken, currency: order.currency })
        yield* repository.restoreSold(order.id, cards, at)
        yield* books.post(cards.flatMap((card) =>
          StoredValueLedger.sold(card.id, worth(card), order.id, at, `restore:${card.id}:${card.version}`)))
        yield* events.publish([
          ...cards.map((card) => GiftCardRestored.make(card.id, { amount: worth(card) })),
          OrderGiftCardsRestored.make(order.id, {
            ...about(order, cards.reduce((sum, card) => sum + worth(card).amount, 0)),
            for: cause
          })
        ])
        yield* jobs.enqueueAll(cards.filter(({ unsent }) => unsent).map(({ id }) => GiftCardMail.job(id)))
      })
    })
  })
)
