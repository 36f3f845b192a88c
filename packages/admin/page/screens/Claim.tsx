/**
 * One claim: sent again, given back, or refused with a reason.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { ChoiceField, Form, LongField, TextField, wrong } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"
import { shortOf } from "./Returns.tsx"

const say = words.claims

type ClaimAnswer = Answer<"claims.get">
type Deed = keyof typeof say.deeds

const permissionOf = (deed: Deed): string => deed === "refund" ? "orders:refund" : "orders:write"

const Asked = ({ currency, deed, onClose, onDone, one }: {
  readonly currency: string
  readonly deed: Deed
  readonly one: ClaimAnswer
  readonly onClose: () => void
  readonly onDone: (changed: ClaimAnswer) => void
}) => (
  <Dialog title={say.deeds[deed]} onClose={onClose}>
    <Form
      submit={say.deeds[deed]}
      onSend={async (written, { key }) => {
        const answer = written.text("answer")
        const said = { version: one.version, ...(answer === "" ? {} : { answer }) }
        const params = { id: one.id }
        const done = (changed: ClaimAnswer) => {
          onClose()
          onDone(changed)
        }
        if (deed === "replace") return done(await call("claims.replace", { params, payload: said }, { key }))
        if (deed === "reject") return done(await call("claims.reject", { params, payload: { ...said, answer } }, { key }))
        const given = written.text("amount")
        const amount = given === "" ? undefined : Format.parseMoney(given, currency)
        if (given !== "" && amount === undefined) throw wrong("amount", words.field.money)
        const to = written.text("to") as "original" | "store_credit"
        done(await call("claims.refund", { params, payload: { ...said, to, ...(amount === undefined ? {} : { amount }) } }, { key }))
      }}
    >
      <p>{say.explained[deed]}</p>
      {deed === "refund"
        ? (
          <>
            <TextField name="amount" label={words.order.amount(currency)} hint={say.amountHint} inputMode="decimal" optional />
            <ChoiceField
              name="to"
              label={words.returns.way}
              choices={[["original", words.returns.ways.original], ["store_credit", words.returns.ways.store_credit]]}
            />
          </>
        )
        : null}
      <LongField name="answer" label={say.answer} rows={3} optional={deed !== "reject"} />
    </Form>
  </Dialog>
)

export const Claim = ({ id }: { readonly id: string }) => {
  const store = useStore()
  const [deed, ask] = useState<Deed>()
  const both = useLoaded(async () => {
    const one = await call("claims.get", { params: { id } })
    return { one, order: await call("adminOrders.get", { params: { id: one.orderId } }) }
  }, id)
  const deeds = both.value?.one.status === "open" ? (Object.keys(say.deeds) as ReadonlyArray<Deed>) : []
  const offered = deeds.filter((deed) => store.may(permissionOf(deed)))
  return (
    <Page
      title={`${say.one} ${shortOf(id)}`}
      actions={offered.length === 0 ? undefined : offered.map((deed, index) => (
        <button key={deed} type="button" class={index === 0 ? "" : "quiet"} onClick={() => ask(deed)}>{say.deeds[deed]}</button>
      ))}
    >
      <Loaded of={both}>
        {({ one, order }) => (
          <>
            <p class="states">
              <Badge state={`claim_${one.status}`} text={say.states[one.status]} />
              <a href={link(["orders", order.id])}>{words.orders.number} {order.number}</a>
              <span class="muted">{Format.time(one.createdAt, store)}</span>
            </p>
            <section class="card stack">
              <h2>{say.what}</h2>
              <ul class="rows">
                {one.lines.map((line) => (
                  <li key={line.lineId}>
                    <span>
                      {order.lines.find(({ id }) => id === line.lineId)?.title ?? line.lineId}
                      <span class="muted small below">{say.reasons[line.reason]}</span>
                      {line.note === null ? null : <span class="small below written">{line.note}</span>}
                    </span>
                    <span class="number">{words.home.pieces(line.quantity)}</span>
                  </li>
                ))}
              </ul>
              {one.amount === null ? null : <p>{say.gaveBack(Format.money(one.amount))}</p>}
              {one.replacementId === null ? null : <p><a href={link(["orders", one.replacementId])}>{say.again}</a></p>}
              {one.answer === null ? null : <blockquote class="written">{one.answer}</blockquote>}
            </section>
            {deed === undefined ? null : (
              <Asked
                deed={deed}
                one={one}
                currency={order.currency}
                onClose={() => ask(undefined)}
                onDone={(changed) => {
                  both.set({ one: changed, order })
                  tell(words.shell.saved)
                }}
              />
            )}
          </>
        )}
      </Loaded>
    </Page>
  )
}
