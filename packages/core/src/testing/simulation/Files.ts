/**
 * Files that a simulated shop sells: who has paid downloads them, so often as was said and not after the money went back.
 */
import * as Effect from "effect/Effect"
import { openStatuses } from "../../downloads/DownloadRepository.ts"
import { Downloads } from "../../downloads/Downloads.ts"
import * as Actor from "../../kernel/Actor.ts"
import type { StoredOrder } from "../../orders/OrderRepository.ts"
import * as Notes from "./Notes.ts"

/** Whether somebody wanted a file. */
export const isOfFiles = ({ files }: Notes.Notes, { wishes }: Notes.NotedCart): boolean =>
  wishes.some(([variantId]) => files.includes(variantId))

/** A buyer downloads a file of an order, and it must not be one that was called off before. */
export const download = Effect.fnUntraced(function*(order: Notes.NotedOrder) {
  const downloads = yield* Downloads
  const asBuyer = Actor.as(Actor.guest({ orderToken: order.token }))
  const [file] = yield* asBuyer(downloads.ofOrder(order.id))
  if (file === undefined) return
  const isOver = order.cancelled
  order.unheardDownloads += 1
  const forget = Effect.sync(() => {
    order.unheardDownloads -= 1
  })
  yield* Effect.tapError(asBuyer(downloads.open(order.id, file.id)), (error) => Notes.isRefusal(error) ? forget : Effect.void)
  yield* forget
  order.downloads += 1
  if (isOver) return yield* Effect.die(new Error("a file of a cancelled order was downloaded"))
})

/** Where the files of orders are not what their buyers have seen of them and, once all is settled, have a right to. */
export const problems = Effect.fnUntraced(function*(notes: Notes.Notes, orders: ReadonlyArray<StoredOrder>, settled: boolean) {
  const downloads = yield* Downloads
  const found: Array<string> = []
  for (const order of orders) {
    const lines = order.lines.filter(({ variantId }) => notes.files.includes(variantId))
    if (lines.length === 0) continue
    const files = yield* downloads.ofOrder(order.id)
    const about = `order ${order.number} (${order.status})`
    const seen = notes.orders.find(({ id }) => id === order.id)
    const used = files.reduce((sum, file) => sum + file.used, 0)
    const [least, most] = seen === undefined ? [0, 0] : [seen.downloads, seen.downloads + seen.unheardDownloads]
    if (used < least || used > most) found.push(`${about} counts ${used} downloads, there were ${least} to ${most}`)
    for (const { maximum, used } of files) if (maximum !== null && used > maximum) found.push(`${about} was downloaded ${used} of ${maximum} times`)
    if (!settled) continue
    for (const { cancelled, id, quantity } of lines) {
      const ofLine = files.filter(({ lineId }) => lineId === id)
      const isOpen = openStatuses.includes(order.status) && cancelled < quantity
      const isPaid = order.open.amount === 0 && order.paid.amount >= order.total.amount
      if (isOpen && isPaid && ofLine.length !== 1) found.push(`${about} has ${ofLine.length} files for a line that is paid`)
      if (!isOpen && ofLine.some(({ state }) => state === "ready")) found.push(`${about} has a file that is open, and it should not be`)
    }
  }
  return found
})
