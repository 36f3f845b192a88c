/**
 * Taking back gift cards with the pieces of an order that they are: what is left on them is the order's money again.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Books } from "../books/Books.ts"
import { Events } from "../events/Events.ts"
import type { Money } from "../kernel/Money.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Order } from "../orders/Order.ts"
import { type GiftCardPieces, SoldGiftCards } from "../orders/SoldGiftCards.ts"
import { GiftCardVoided } from "./StoredValueEvents.ts"
import * as StoredValueLedger from "./StoredValueLedger.ts"
import { type SoldCard, StoredValueRepository } from "./StoredValueRepository.ts"

interface Chosen {
  readonly cards: ReadonlyArray<SoldCard>
  readonly spent: number
}

/** The cards that pieces became, of each line those that hold the most, and what was spent of them. */
const choose = (order: Order, pieces: ReadonlyArray<GiftCardPieces>, sold: ReadonlyArray<SoldCard>): Chosen => {
  const cards: Array<SoldCard> = []
  let spent = 0
  for (const { lineId, quantity } of pieces) {
    const line = order.lines.find(({ id }) => id === lineId)
    const ofLine = sold.filter((card) => card.lineId === lineId)
    if (line?.giftCard === undefined || ofLine.length === 0) continue
    const taken = ofLine
      .filter(({ status }) => status === "active")
      .sort((a, b) => b.balance - a.balance || a.piece - b.piece)
      .slice(0, quantity)
    cards.push(...taken)
    for (const { balance, initial } of taken) spent += initial - balance
    // staff have voided the others by hand
    spent += (quantity - taken.length) * line.unitPrice.amount
  }
  return { cards, spent }
}

/** Takes all that is left off cards that were sold, as they were read in the current transaction. */
export const recalled = (
  repository: StoredValueRepository["Service"],
  books: Books["Service"],
  events: Events["Service"]
) =>
  Effect.fnUntraced(function*(orderId: string, currency: Money["currency"], cards: ReadonlyArray<SoldCard>, at: Timestamp.Timestamp) {
    if (cards.length === 0) return
    yield* repository.voidSold(orderId, cards, at)
    const left = (card: SoldCard) => ({ amount: card.balance, currency })
    yield* books.post(cards.flatMap((card) => StoredValueLedger.unsold(card.id, left(card), orderId, at)))
    yield* events.publish(cards.map((card) => GiftCardVoided.make(card.id, { amount: left(card) })))
  })

export const layer: Layer.Layer<SoldGiftCards, never, StoredValueRepository | Books | Events> = Layer.effect(
  SoldGiftCards,
  Effect.gen(function*() {
    const repository = yield* StoredValueRepository
    const books = yield* Books
    const takeBack = recalled(repository, books, yield* Events)

    const chosen = Effect.fnUntraced(function*(order: Order, pieces: ReadonlyArray<GiftCardPieces>) {
      const gifts = new Set<string>(order.lines.flatMap(({ giftCard, id }) => giftCard === undefined ? [] : [id]))
      const wanted = pieces.filter(({ lineId, quantity }) => quantity > 0 && gifts.has(lineId))
      return wanted.length === 0 ? { cards: [], spent: 0 } : choose(order, wanted, yield* repository.soldIn(order.id))
    })

    return SoldGiftCards.of({
      spent: (order, pieces) => Effect.map(chosen(order, pieces), ({ spent }) => spent),
      recall: Effect.fn("SoldGiftCards.recall")(function*(order, pieces) {
        const { cards, spent } = yield* chosen(order, pieces)
        yield* takeBack(order.id, order.currency, cards, yield* Timestamp.now)
        return spent
      })
    })
  })
)
