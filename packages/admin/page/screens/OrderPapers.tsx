/**
 * The papers of an order: its invoice and credit notes as files, the packing slip, and the end of credit notes whose money came back.
 */
import { addressOf, call, written } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Deed } from "../parts/Deed.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"

const say = words.papers

type OrderAnswer = Answer<"adminOrders.get">

/** The documents of an order, and which of its refunds have failed, as far as the caller may see that. */
const readPapers = async (id: string, seesRefunds: boolean) => {
  const { items } = await call("documents.ofOrder", { params: { id } })
  const refunds = seesRefunds && items.some(({ kind }) => kind === "credit_note")
    ? (await call("adminOrders.refunds", { params: { id } })).items
    : []
  return { items, failed: refunds.filter(({ state }) => state === "failed").map((refund) => refund.id as string) }
}

/** Whether its invoice is written when somebody asks for it. */
const isDue = ({ paid, status }: OrderAnswer): boolean => paid.amount > 0 || status === "shipped" || status === "delivered"

export const OrderPapers = ({ onDone, order, turn }: {
  readonly order: OrderAnswer
  readonly turn: string
  readonly onDone: (text: string) => void
}) => {
  const store = useStore()
  const papers = useLoaded(() => readPapers(order.id, store.may("payments:read")), turn)
  const sends = order.lines.some(({ cancelled, quantity }) => quantity > cancelled)
  const params = { id: order.id }
  return (
    <section class="card stack">
      <h2>{say.title}</h2>
      <Loaded of={papers}>
        {({ failed, items }) => {
          const taken = new Set(items.map(({ takesBack }) => takesBack))
          const hasInvoice = items.some(({ kind }) => kind === "invoice")
          return (
            <>
              {hasInvoice ? null : <p class="muted">{say.none}</p>}
              <ul class="rows">
                {items.map(({ content, id, issuedAt, kind, number, refundId }) => (
                  <li key={id}>
                    <span>
                      <a href={addressOf("documents.file", { id })} download="">{say.kinds[kind]} {number}</a>
                      <span class="muted small below">
                        {Format.time(issuedAt, store)}{content.corrects === null ? null : ` · ${say.of(content.corrects)}`}
                      </span>
                    </span>
                    {kind === "credit_note" && refundId !== null && failed.includes(refundId) && !taken.has(id)
                      ? (
                        <May to="orders:write">
                          <Deed
                            text={say.takeBack}
                            sure={say.takeBackText}
                            does={async () => {
                              await call("documents.takeBack", { params: { id } })
                              onDone(say.takenBack)
                            }}
                          />
                        </May>
                      )
                      : null}
                    <strong class="number">{Format.money(content.total)}</strong>
                  </li>
                ))}
                {hasInvoice || !isDue(order) ? null : (
                  <li>
                    {store.may("orders:write")
                      ? (
                        <Deed
                          text={say.write}
                          does={async () => {
                            await written("documents.invoice", params)
                            await papers.reload()
                          }}
                        />
                      )
                      : <a href={addressOf("documents.invoice", params)} download="">{say.write}</a>}
                  </li>
                )}
                {sends ? <li><a href={addressOf("documents.packingSlip", params)} download="">{say.packingSlip}</a></li> : null}
              </ul>
            </>
          )
        }}
      </Loaded>
    </section>
  )
}
