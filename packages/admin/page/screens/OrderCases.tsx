/**
 * What of an order comes back, and what went wrong with it; and the beginning of both by staff, as buyers who call have it.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { pieces, shortOf } from "../parts/Case.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { ChoiceField, Form, LongField, TextField, wrong } from "../parts/Form.tsx"
import { lineName } from "../parts/LineName.ts"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { go, link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { type Picked, VariantPicker } from "../parts/VariantPicker.tsx"
import { words } from "../words/Words.ts"

const say = words.returns

type OrderAnswer = Answer<"adminOrders.get">
type Kind = "return" | "claim"

const NewCase = ({ kind, onClose, order }: { readonly kind: Kind; readonly order: OrderAnswer; readonly onClose: () => void }) => {
  const [instead, want] = useState<ReadonlyArray<Picked>>([])
  const reasons = kind === "return" ? say.reasons : words.claims.reasons
  const lines = order.lines.filter(({ cancelled, quantity }) => quantity > cancelled)
  return (
    <Dialog title={kind === "return" ? say.add : words.claims.add} onClose={onClose}>
      <Form
        submit={kind === "return" ? say.add : words.claims.add}
        onSend={async (written, { key }) => {
          const chosen = lines.flatMap(({ id: lineId }, index) => {
            const quantity = written.whole(`lines.${index}.quantity`) ?? 0
            return quantity === 0 ? [] : [{ lineId, quantity, reason: written.text("reason"), note: written.orNull("note") }]
          })
          if (chosen.length === 0) throw wrong("lines.0.quantity", say.somePieces)
          const params = { id: order.id }
          if (kind === "claim") {
            const claim = await call("claims.open", { params, payload: { lines: chosen as never } }, { key })
            onClose()
            return go(link(["claims", claim.id]))
          }
          const exchange = instead.map(({ variantId }, index) => ({
            variantId: variantId as never,
            quantity: written.whole(`exchange.${index}.quantity`) ?? 1
          }))
          const made = await call("returns.request", {
            params,
            payload: { lines: chosen as never, ...(exchange.length === 0 ? {} : { exchange }) }
          }, { key })
          onClose()
          go(link(["returns", made.id]))
        }}
      >
        {lines.map((line, index) => (
          <TextField
            key={line.id}
            name={`lines.${index}.quantity`}
            label={`${lineName(line)} (${words.sendings.ofOpen(line.quantity - line.cancelled)})`}
            inputMode="numeric"
            value={lines.length === 1 ? "1" : "0"}
          />
        ))}
        <ChoiceField name="reason" label={words.order.reason} choices={Object.entries(reasons)} />
        <LongField name="note" label={words.order.buyersNote} rows={2} optional />
        {kind === "claim" ? null : (
          <>
            {instead.map((one, index) => (
              <TextField
                key={one.variantId}
                name={`exchange.${index}.quantity`}
                label={`${say.instead}: ${one.title} (${Format.money(one.price)})`}
                inputMode="numeric"
                value="1"
              />
            ))}
            <VariantPicker
              label={say.exchangeFor}
              onPick={(picked) => want((before) => before.some(({ variantId }) => variantId === picked.variantId) ? before : [...before, picked])}
            />
          </>
        )}
      </Form>
    </Dialog>
  )
}

export const OrderCases = ({ order, turn }: { readonly order: OrderAnswer; readonly turn: string }) => {
  const store = useStore()
  const [making, make] = useState<Kind>()
  const cases = useLoaded(async () => {
    const params = { id: order.id }
    const [returns, claims] = await Promise.all([call("returns.ofOrder", { params }), call("claims.ofOrder", { params })])
    return { returns: returns.items, claims: claims.items }
  }, turn)
  const left = order.fulfilmentStatus !== "unfulfilled"
  const none = cases.value !== undefined && cases.value.returns.length === 0 && cases.value.claims.length === 0
  if (none && (!left || !store.may("orders:write"))) return null
  return (
    <section class="card stack">
      <h2>{say.both}</h2>
      <Loaded of={cases}>
        {({ claims, returns }) =>
          none ? <p class="muted">{say.noneOfOrder}</p> : (
            <ul class="rows">
              {returns.map((one) => (
                <li key={one.id}>
                  <span>
                    <a href={link(["returns", one.id])}>{say.one} {shortOf(one.id)}</a>
                    <span class="muted small below">{pieces(one.lines)} · {Format.time(one.createdAt, store)}</span>
                  </span>
                  <Badge state={`return_${one.status}`} text={say.states[one.status]} />
                </li>
              ))}
              {claims.map((one) => (
                <li key={one.id}>
                  <span>
                    <a href={link(["claims", one.id])}>{words.claims.one} {shortOf(one.id)}</a>
                    <span class="muted small below">{pieces(one.lines)} · {Format.time(one.createdAt, store)}</span>
                  </span>
                  <Badge state={`claim_${one.status}`} text={words.claims.states[one.status]} />
                </li>
              ))}
            </ul>
          )}
      </Loaded>
      {left
        ? (
          <May to="orders:write">
            <div class="actions">
              <button type="button" class="quiet" onClick={() => make("return")}>{say.add}</button>
              <button type="button" class="quiet" onClick={() => make("claim")}>{words.claims.add}</button>
            </div>
          </May>
        )
        : null}
      {making === undefined ? null : <NewCase kind={making} order={order} onClose={() => make(undefined)} />}
    </section>
  )
}
