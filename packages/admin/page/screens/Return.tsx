/**
 * One return: told to send it back, looked at when it has come, and what becomes of the money or of what is wanted instead.
 */
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { AboutLine, type AskedProps as CaseProps, Case, type OrderAnswer } from "../parts/Case.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { ChoiceField, Form, LongField, TextField, wrong } from "../parts/Form.tsx"
import { lineName, lineNameOf } from "../parts/LineName.ts"
import { onDemand } from "../parts/OnDemand.tsx"
import { link } from "../parts/Router.ts"
import { words } from "../words/Words.ts"

const say = words.returns

const ReturnLabels = onDemand(async () => (await import("./ReturnLabels.tsx")).ReturnLabels)

type ReturnAnswer = Answer<"returns.get">
type Deed = keyof typeof say.deeds

/** What somebody may do next, the usual thing first. */
const next: Readonly<Partial<Record<ReturnAnswer["status"], ReadonlyArray<Deed>>>> = {
  requested: ["approve", "reject"],
  approved: ["receive"],
  received: ["refund", "close"],
  partially_refunded: ["refund", "close"]
}

type AskedProps = CaseProps<ReturnAnswer>

const Approve = ({ onClose, onDone, one }: AskedProps) => {
  const { currency } = one.restockingFee
  return (
    <Dialog title={say.deeds.approve} onClose={onClose}>
      <Form
        submit={say.deeds.approve}
        onSend={async (written, { key }) => {
          const fee = written.text("restockingFee")
          const restockingFee = fee === "" ? undefined : Format.parseMoney(fee, currency)
          if (fee !== "" && restockingFee === undefined) throw wrong("restockingFee", words.field.money)
          const changed = await call("returns.approve", {
            params: { id: one.id },
            payload: { version: one.version, label: written.orNull("label"), ...(restockingFee === undefined ? {} : { restockingFee }) }
          }, { key })
          onClose()
          onDone(changed, say.approved)
        }}
      >
        <p>{say.approveText}</p>
        <LongField name="label" label={say.label} hint={say.labelHint} rows={3} optional />
        <TextField name="restockingFee" label={say.fee(currency)} inputMode="decimal" optional />
      </Form>
    </Dialog>
  )
}

const Receive = ({ onClose, onDone, one, order }: AskedProps) => (
  <Dialog title={say.receiveTitle} onClose={onClose}>
    <Form
      submit={say.receiveButton}
      onSend={async (written, { key }) => {
        const lines = one.lines.map(({ lineId }, index) => ({
          lineId,
          restock: written.whole(`lines.${index}.restock`) ?? 0,
          scrap: written.whole(`lines.${index}.scrap`) ?? 0
        }))
        const changed = await call("returns.receive", { params: { id: one.id }, payload: { lines, version: one.version } }, { key })
        onClose()
        onDone(changed, say.received)
      }}
    >
      <p>{say.receiveText}</p>
      {one.lines.map(({ lineId, quantity }, index) => (
        <fieldset key={lineId}>
          <legend>{lineNameOf(order, lineId)} ({words.home.pieces(quantity)})</legend>
          <div class="pair">
            <TextField name={`lines.${index}.restock`} label={say.restock} inputMode="numeric" value={String(quantity)} />
            <TextField name={`lines.${index}.scrap`} label={say.scrap} inputMode="numeric" value="0" />
          </div>
        </fieldset>
      ))}
    </Form>
  </Dialog>
)

const Refund = ({ onClose, onDone, one }: AskedProps) => (
  <Dialog title={words.order.refundTitle} onClose={onClose}>
    <Form
      submit={words.order.refundButton}
      onSend={async (written, { key }) => {
        const to = written.text("to") as keyof typeof say.ways
        const changed = await call("returns.refund", { params: { id: one.id }, payload: { to, version: one.version } }, { key })
        onClose()
        onDone(changed, say.refunded)
      }}
    >
      <p>{say.owes(Format.money(one.owed))}</p>
      <ChoiceField name="to" label={say.way} value={one.refundTo} choices={Object.entries(say.ways)} />
    </Form>
  </Dialog>
)

const End = ({ deed, onClose, onDone, one }: AskedProps & { readonly deed: "reject" | "close" }) => (
  <Dialog title={say.deeds[deed]} onClose={onClose}>
    <Form
      submit={say.deeds[deed]}
      onSend={async (written, { key }) => {
        const reason = written.text("reason")
        const payload = { version: one.version, ...(reason === "" ? {} : { reason }) }
        const changed = await call(`returns.${deed}`, { params: { id: one.id }, payload }, { key })
        onClose()
        onDone(changed, words.shell.saved)
      }}
    >
      <p>{say.ends[deed]}</p>
      <TextField name="reason" label={words.order.reason} optional />
    </Form>
  </Dialog>
)

const Asked = ({ deed, ...props }: AskedProps & { readonly deed: Deed }) => {
  switch (deed) {
    case "approve":
      return <Approve {...props} />
    case "receive":
      return <Receive {...props} />
    case "refund":
      return <Refund {...props} />
    case "reject":
    case "close":
      return <End deed={deed} {...props} />
  }
}

const Exchange = ({ one: { exchange }, order }: { readonly one: ReturnAnswer; readonly order: OrderAnswer }) => {
  if (exchange === null) return null
  const titles = new Map(order.lines.map((line) => [String(line.variantId), lineName(line)]))
  return (
    <section class="card stack">
      <h2>{say.instead}</h2>
      <ul class="rows">
        {exchange.items.map(({ quantity, variantId }) => (
          <li key={variantId}>
            <span class="breaks">{titles.get(variantId) ?? variantId}</span>
            <span class="number">{Format.number(quantity)}</span>
          </li>
        ))}
      </ul>
      {exchange.orderId === null
        ? <p class="muted">{say.insteadLater}</p>
        : <p><a href={link(["orders", exchange.orderId])}>{say.insteadOrder}</a></p>}
      {exchange.credit === null ? null : <p>{say.carried(Format.money(exchange.credit))}</p>}
    </section>
  )
}

export const Return = ({ id }: { readonly id: string }) => (
  <Case<ReturnAnswer, Deed>
    id={id}
    kind="return"
    names={say.one}
    states={say.states}
    deeds={say.deeds}
    offered={({ status }) => next[status] ?? []}
    read={() => call("returns.get", { params: { id } })}
    asked={(deed, props) => <Asked deed={deed} {...props} />}
  >
    {(one, order) => (
      <div class="columns">
        <section class="card">
          <h2>{say.what}</h2>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.order.product}</th>
                <th scope="col" class="number">{words.order.quantity}</th>
                <th scope="col" class="number wide-only">{say.restock}</th>
                <th scope="col" class="number wide-only">{say.scrap}</th>
              </tr>
            </thead>
            <tbody>
              {one.lines.map((line) => (
                <tr key={line.lineId}>
                  <th scope="row">
                    <AboutLine title={lineNameOf(order, line.lineId)} reason={say.reasons[line.reason]} note={line.note} />
                  </th>
                  <td class="number">{Format.number(line.quantity)}</td>
                  <td class="number wide-only">{Format.number(line.restocked)}</td>
                  <td class="number wide-only">{Format.number(line.scrapped)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <div class="stack">
          <section class="card">
            <h2>{say.money}</h2>
            <dl class="sums">
              {([
                [say.worth, one.amount],
                [say.feeKept, one.restockingFee.amount === 0 ? null : one.restockingFee],
                [words.order.refunded, one.refunded],
                [say.owed, one.owed]
              ] as const).map(([text, amount]) => amount === null ? null : (
                <div key={text}>
                  <dt>{text}</dt>
                  <dd class="number">{Format.money(amount)}</dd>
                </div>
              ))}
            </dl>
            <p class="muted small">{say.wanted(say.ways[one.refundTo])}</p>
          </section>
          <Exchange one={one} order={order} />
          <ReturnLabels id={one.id} status={one.status} />
          {one.label === null ? null : (
            <section class="card">
              <h2>{say.label}</h2>
              <p class="written">{one.label}</p>
            </section>
          )}
        </div>
      </div>
    )}
  </Case>
)
