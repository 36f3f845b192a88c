/**
 * One claim: sent again, given back, or refused with a reason.
 */
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { AboutLine, type AskedProps, Case } from "../parts/Case.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { ChoiceField, Form, LongField, TextField, wrong } from "../parts/Form.tsx"
import { lineNameOf } from "../parts/LineName.ts"
import { link } from "../parts/Router.ts"
import { words } from "../words/Words.ts"

const say = words.claims

type ClaimAnswer = Answer<"claims.get">
type Deed = keyof typeof say.deeds

const Asked = ({ deed, onClose, onDone, one, order: { currency } }: AskedProps<ClaimAnswer> & { readonly deed: Deed }) => (
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

export const Claim = ({ id }: { readonly id: string }) => (
  <Case<ClaimAnswer, Deed>
    id={id}
    kind="claim"
    names={say.one}
    states={say.states}
    deeds={say.deeds}
    offered={({ status }) => status === "open" ? ["replace", "refund", "reject"] : []}
    read={() => call("claims.get", { params: { id } })}
    asked={(deed, props) => <Asked deed={deed} {...props} />}
  >
    {(one, order) => (
      <section class="card stack">
        <h2>{say.what}</h2>
        <ul class="rows">
          {one.lines.map((line) => (
            <li key={line.lineId}>
              <span><AboutLine title={lineNameOf(order, line.lineId)} reason={say.reasons[line.reason]} note={line.note} /></span>
              <span class="number">{words.home.pieces(line.quantity)}</span>
            </li>
          ))}
        </ul>
        {one.amount === null ? null : <p>{say.gaveBack(Format.money(one.amount))}</p>}
        {one.replacementId === null ? null : <p><a href={link(["orders", one.replacementId])}>{say.again}</a></p>}
        {one.answer === null ? null : <blockquote class="written">{one.answer}</blockquote>}
      </section>
    )}
  </Case>
)
