/**
 * One order: what was bought, what happened to it, and what staff do with it.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { CheckField, Form, LongField, TextField, wrong } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { Pictured } from "../parts/Pictured.tsx"
import { link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"
import { AddedStateBadge, AddedStateDeeds, titled } from "./AddedStates.tsx"
import { OrderCases } from "./OrderCases.tsx"
import { editable, OrderEdit } from "./OrderEdit.tsx"
import { OrderPapers } from "./OrderPapers.tsx"
import { Sendings } from "./Sendings.tsx"

const say = words.order

type OrderAnswer = Answer<"adminOrders.get">

/** What is shown of an order is read anew after each deed. */
interface PartProps {
  readonly order: OrderAnswer
  /** Changes with every deed. */
  readonly turn: string
  readonly onDone: (text: string) => void
}

const said = ({ cancelled, sku, title, variantTitle }: OrderAnswer["lines"][number]) => (
  <>
    {title}
    <span class="muted small below">
      {[variantTitle, sku].filter((text) => text !== null && text !== "" && text !== title).join(" · ")}
      {cancelled > 0 ? ` · ${say.cancelledPieces(cancelled)}` : null}
    </span>
  </>
)

const Lines = ({ order }: { readonly order: OrderAnswer }) => (
  <section class="card">
    <h2>{say.bought}</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">{say.product}</th>
          <th scope="col" class="number wide-only">{say.price}</th>
          <th scope="col" class="number">{say.quantity}</th>
          <th scope="col" class="number">{words.orders.total}</th>
        </tr>
      </thead>
      <tbody>
        {order.lines.map((line) => (
          <tr key={line.id}>
            <th scope="row">
              {order.lines.some(({ image }) => image !== null) ? <Pictured image={line.image}>{said(line)}</Pictured> : said(line)}
            </th>
            <td class="number wide-only">{Format.money(line.unitPrice)}</td>
            <td class="number">{Format.number(line.quantity)}</td>
            <td class="number">{Format.money(line.total)}</td>
          </tr>
        ))}
      </tbody>
    </table>
    <dl class="sums">
      {([
        [say.subtotal, order.subtotal],
        [say.discount, order.discount],
        [say.shipping, order.shippingTotal],
        [order.pricesIncludeTax ? say.taxIncluded : say.tax, order.tax]
      ] as const).filter(([, amount]) => amount.amount !== 0).map(([text, amount]) => (
        <div key={text}>
          <dt>{text}</dt>
          <dd class="number">{Format.money(amount)}</dd>
        </div>
      ))}
      <div class="whole">
        <dt>{words.orders.total}</dt>
        <dd class="number">{Format.money(order.total)}</dd>
      </div>
      <div>
        <dt>{say.paid}</dt>
        <dd class="number">{Format.money(order.paid)}</dd>
      </div>
      {order.refunded.amount === 0 ? null : (
        <div>
          <dt>{say.refunded}</dt>
          <dd class="number">{Format.money(order.refunded)}</dd>
        </div>
      )}
      {order.open.amount === 0 ? null : (
        <div>
          <dt>{say.open}</dt>
          <dd class="number">{Format.money(order.open)}</dd>
        </div>
      )}
    </dl>
  </section>
)

type Address = NonNullable<OrderAnswer["shippingAddress"]>

const AddressOf = ({ address, title }: { readonly title: string; readonly address: Address }) => (
  <div>
    <h3>{title}</h3>
    <address>
      {[
        address.name,
        address.company,
        address.line1,
        address.line2,
        [address.postalCode, address.city, address.region].filter(Boolean).join(" "),
        Format.country(address.country),
        address.phone
      ].filter(Boolean).map((line, index) => <span key={index}>{line}</span>)}
    </address>
  </div>
)

const Buyer = ({ order }: { readonly order: OrderAnswer }) => (
  <section class="card stack">
    <h2>{words.orders.customer}</h2>
    <p class="breaks">{order.email}</p>
    {order.note === null ? null : (
      <div>
        <h3>{say.buyersNote}</h3>
        <p class="written">{order.note}</p>
      </div>
    )}
    {order.shippingAddress === null ? null : <AddressOf title={say.sendTo} address={order.shippingAddress} />}
    {order.billingAddress === null ? null : <AddressOf title={say.billTo} address={order.billingAddress} />}
  </section>
)

const Tags = ({ onDone, order: { id, tags: before = [], version } }: Omit<PartProps, "turn">) => (
  <section class="card stack">
    <h2>{say.tags}</h2>
    {before.length === 0 ? null : (
      <p class="states">{before.map((tag) => <a key={tag} class="badge still" href={link(["orders"], { tag })}>{tag}</a>)}</p>
    )}
    <May to="orders:write">
      <Form
        submit={words.shell.save}
        onSend={async (written) => {
          const tags = written.text("tags").split(",").map((tag) => tag.trim().toLowerCase()).filter((tag) => tag !== "")
          await call("adminOrders.tag", { params: { id }, payload: { tags: [...new Set(tags)], version } })
          onDone(words.shell.saved)
        }}
      >
        <TextField name="tags" label={say.tags} hint={words.product.tagsHint} value={before.join(", ")} />
      </Form>
    </May>
  </section>
)

const Refund = ({ onClose, onDone, order }: Omit<PartProps, "turn"> & { readonly onClose: () => void }) => {
  const left = { amount: order.paid.amount - order.refunded.amount, currency: order.currency }
  return (
    <Dialog title={say.refundTitle} onClose={onClose}>
      <Form
        submit={say.refundButton}
        onSend={async (written, { key }) => {
          const amount = Format.parseMoney(written.text("amount"), order.currency)
          if (amount === undefined || amount.amount === 0) throw wrong("amount", words.field.money)
          const restock = written.checked("restock")
          await call("adminOrders.refund", {
            params: { id: order.id },
            payload: { amount, reason: written.text("reason"), ...(restock ? { restock } : {}) }
          }, { key })
          onClose()
          onDone(say.refundDone(Format.money(amount)))
        }}
      >
        <p>{say.refundLeft(Format.money(left))}</p>
        <TextField name="amount" label={say.amount(order.currency)} inputMode="decimal" value={Format.written(left)} />
        <TextField name="reason" label={say.reason} optional />
        <CheckField name="restock" label={say.restock} />
      </Form>
    </Dialog>
  )
}

const refundable = (order: OrderAnswer): boolean => order.paid.amount > order.refunded.amount

const Refunds = ({ order, turn }: Omit<PartProps, "onDone">) => {
  const store = useStore()
  const refunds = useLoaded(() => call("adminOrders.refunds", { params: { id: order.id } }), turn)
  if (refunds.value?.items.length === 0) return null
  return (
    <section class="card">
      <h2>{say.refunds}</h2>
      <Loaded of={refunds}>
        {({ items }) => (
          <ul class="rows">
            {items.map((refund) => (
              <li key={refund.id}>
                <span>
                  {refund.reason === "" ? say.noReason : refund.reason}
                  <span class="muted small below">{Format.time(refund.createdAt, store)}</span>
                  {refund.failure === null ? null : <span class="fault small below">{refund.failure.message}</span>}
                </span>
                <Badge state={refund.state} text={say.refundStates[refund.state]} />
                <strong class="number">{Format.money(refund.amount)}</strong>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  )
}

const Notes = ({ onDone, order, turn }: PartProps) => {
  const store = useStore()
  const [sent, count] = useState(0)
  const notes = useLoaded(() => call("adminOrders.notes", { params: { id: order.id }, query: { limit: 100 } }), turn)
  return (
    <section class="card stack">
      <h2>{say.notes}</h2>
      <Loaded of={notes}>
        {({ items }) =>
          items.length === 0 ? null : (
            <ul class="rows">
              {items.map((note) => (
                <li key={note.id}>
                  <div>
                    <p class="written">{note.text}</p>
                    <p class="muted small">
                      {Format.time(note.createdAt, store)}{note.forCustomer ? ` · ${say.buyerSees}` : ""}
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )}
      </Loaded>
      <May to="orders:write"><Form
        key={sent}
        submit={say.noteButton}
        onSend={async (written, { key }) => {
          const forCustomer = written.checked("forCustomer")
          await call("adminOrders.note", {
            params: { id: order.id },
            payload: { text: written.text("text"), ...(forCustomer ? { forCustomer } : {}) }
          }, { key })
          count(sent + 1)
          onDone(say.noteDone)
        }}
      >
        <LongField name="text" label={say.note} rows={2} />
        <CheckField name="forCustomer" label={say.forBuyer} />
      </Form></May>
    </section>
  )
}

/** `"order.payment_failed"` becomes `"Order payment failed"`, for entries that there are no words for. */
const plain = (type: string): string => {
  const text = type.replace(/[._]/g, " ")
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const entries: Readonly<Record<string, string>> = say.entries

type Entry = Answer<"orders.tracking">["timeline"][number]
type Added = Answer<"orders.states">["items"]

/** What an entry of the timeline says; of a change of the state also what it is since then. */
const entryOf = (added: Added, { data, type }: Entry): string => {
  const to = typeof data === "object" && data !== null && "to" in data ? String(data.to) : ""
  const text = entries[type] ?? plain(type)
  if (type !== "order.status_changed" && type !== "order.state_changed") return text
  const state = titled(added, to) ?? (to in say.states ? say.states[to as keyof typeof say.states] : undefined)
  return state === undefined ? text : `${text}: ${state}`
}

const Timeline = ({ added, order, turn }: Omit<PartProps, "onDone"> & { readonly added: Added }) => {
  const store = useStore()
  const tracking = useLoaded(() => call("orders.tracking", { params: { id: order.id } }), turn)
  return (
    <section class="card">
      <h2>{say.timeline}</h2>
      <Loaded of={tracking}>
        {({ timeline }) => (
          <ol class="timeline">
            {timeline.map((entry) => (
              <li key={entry.id}>
                <span>{entryOf(added, entry)}</span>
                <time class="muted small" dateTime={entry.at}>{Format.time(entry.at, store)}</time>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </section>
  )
}

const Reason = ({ button, does, onClose, text, title }: {
  readonly title: string
  readonly text: string
  readonly button: string
  readonly onClose: () => void
  readonly does: (reason: string) => Promise<void>
}) => (
  <Dialog title={title} onClose={onClose}>
    <Form
      submit={button}
      onSend={async (written) => {
        await does(written.text("reason"))
        onClose()
      }}
    >
      <p>{text}</p>
      <TextField name="reason" label={say.reason} optional />
    </Form>
  </Dialog>
)

type Asking = "edit" | "refund" | "hold" | "resume" | "cancel"

const Actions = ({ ask, order }: { readonly order: OrderAnswer; readonly ask: (what: Asking) => void }) => {
  const open = order.status === "paid" || order.status === "processing"
  const { may } = useStore()
  const writes = may("orders:write")
  const offers: ReadonlyArray<readonly [Asking, boolean, string]> = [
    ["edit", writes && editable(order), "quiet"],
    ["refund", may("orders:refund") && refundable(order), "quiet"],
    ["hold", writes && open, "quiet"],
    ["resume", writes && order.status === "on_hold", "quiet"],
    ["cancel", writes && (open || order.status === "pending" || order.status === "on_hold"), "danger"]
  ]
  return (
    <>
      {offers.filter(([, offered]) => offered).map(([what, , look]) => (
        <button key={what} type="button" class={look} onClick={() => ask(what)}>{say.deeds[what]}</button>
      ))}
    </>
  )
}

const Asked = ({ onClose, onDone, order, what }: Omit<PartProps, "turn"> & { readonly what: Asking; readonly onClose: () => void }) => {
  const params = { id: order.id }
  const change = (event: "hold" | "resume") => async (reason: string) => {
    await call("adminOrders.changeStatus", { params, payload: { event, version: order.version, ...(reason === "" ? {} : { reason }) } })
    onDone(words.shell.saved)
  }
  switch (what) {
    case "edit":
      return <OrderEdit order={order} onClose={onClose} onDone={onDone} />
    case "refund":
      return <Refund order={order} onClose={onClose} onDone={onDone} />
    case "hold":
    case "resume":
      return <Reason title={say.deeds[what]} button={say.deeds[what]} text={say.explained[what]} onClose={onClose} does={change(what)} />
    case "cancel":
      return (
        <Reason
          title={say.deeds.cancel}
          button={say.deeds.cancel}
          text={say.explained.cancel}
          onClose={onClose}
          does={async (reason) => {
            await call("orders.cancel", { params, payload: { version: order.version, ...(reason === "" ? {} : { reason }) } })
            onDone(say.cancelDone)
          }}
        />
      )
  }
}

export const Order = ({ id }: { readonly id: string }) => {
  const store = useStore()
  const [turn, setTurn] = useState(0)
  const [what, ask] = useState<Asking>()
  const state = `${id} ${turn}`
  const order = useLoaded(() => call("adminOrders.get", { params: { id } }), state)
  const added = useLoaded(() => call("orders.states", {}), "").value?.items ?? []
  const onDone = (text: string) => {
    tell(text)
    setTurn((turn) => turn + 1)
  }
  return (
    <Page
      title={order.value === undefined ? words.orders.number : `${words.orders.number} ${order.value.number}`}
      actions={order.value === undefined ? undefined : <Actions order={order.value} ask={ask} />}
    >
      <Loaded of={order}>
        {(order) => (
          <>
            <p class="states">
              <Badge state={order.status} text={say.states[order.status]} />
              <AddedStateBadge of={order} states={added} />
              <span class="muted">{Format.time(order.placedAt, store)}</span>
              <span class="muted">{say.payments[order.paymentStatus]} · {say.fulfilments[order.fulfilmentStatus]}</span>
            </p>
            <AddedStateDeeds
              of={order}
              states={added}
              change={async (state) => {
                await call("adminOrders.changeState", { params: { id }, payload: { state, version: order.version } })
                onDone(words.shell.saved)
              }}
            />
            <div class="columns">
              <div class="stack">
                <Lines order={order} />
                <Sendings order={order} turn={state} onDone={onDone} />
                <OrderCases order={order} turn={state} />
                <May to="payments:read"><Refunds order={order} turn={state} /></May>
                <OrderPapers order={order} turn={state} onDone={onDone} />
                <Notes order={order} turn={state} onDone={onDone} />
              </div>
              <div class="stack">
                <Buyer order={order} />
                <Tags order={order} onDone={onDone} />
                <Timeline order={order} turn={state} added={added} />
              </div>
            </div>
            {what === undefined ? null : <Asked what={what} order={order} onDone={onDone} onClose={() => ask(undefined)} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}
