/**
 * One draft order: its goods, where it goes and how, what it costs and lacks; sent to its buyer, or paid by hand.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer, Request } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { shortOf } from "../parts/Case.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { ChoiceField, Form, LongField, TextField, type Written, wrong } from "../parts/Form.tsx"
import { lineName } from "../parts/LineName.ts"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { go, link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { type Picked, VariantPicker } from "../parts/VariantPicker.tsx"
import { words } from "../words/Words.ts"
import { AddressFields, addressOf } from "./AddressFields.tsx"

const say = words.drafts

type DraftAnswer = Answer<"draftOrders.get">
type Change = NonNullable<Request<"draftOrders.update">["payload"]>
type Line = NonNullable<Change["lines"]>[number]
type Method = Answer<"shippingAndTax.listShippingMethods">["items"][number]

interface PartProps {
  readonly draft: DraftAnswer
  readonly onDone: (changed: DraftAnswer, text: string) => void
}

const changes = async ({ draft, onDone }: PartProps, change: Change): Promise<void> =>
  onDone(await call("draftOrders.update", { params: { id: draft.id }, payload: { ...change, version: draft.version } }), words.shell.saved)

/** A line as it is written again: what is not touched stays. */
const again = ({ custom, discount, price, quantity, variantId }: DraftAnswer["lines"][number]): Line =>
  custom === null
    ? { variantId, quantity, ...(price === null ? {} : { price }), ...(discount === null ? {} : { discount }) }
    : { custom, quantity, ...(discount === null ? {} : { discount }) }

const Goods = (props: PartProps) => {
  const { draft } = props
  const [added, add] = useState<ReadonlyArray<Picked>>([])
  const totals = new Map(draft.pricing.lines.map(({ id, total }) => [String(id), total]))
  return (
    <section class="card stack">
      <h2>{say.goods}</h2>
      <Form
        to="orders:write"
        submit={words.shell.save}
        onSend={async (written) => {
          const kept = draft.lines.flatMap((line, index) => {
            const quantity = written.whole(`lines.${index}.quantity`) ?? 0
            return quantity === 0 ? [] : [{ ...again(line), quantity }]
          })
          const more = added.flatMap(({ variantId }, index) => {
            const quantity = written.whole(`add.${index}.quantity`) ?? 0
            return quantity === 0 ? [] : [{ variantId: variantId as never, quantity }]
          })
          await changes(props, { lines: [...kept, ...more] })
          add([])
        }}
      >
        {draft.lines.length === 0 ? <p class="muted">{say.empty}</p> : null}
        {draft.lines.map((line, index) => {
          const total = totals.get(String(line.id))
          return (
            <TextField
              key={line.id}
              name={`lines.${index}.quantity`}
              label={lineName(line)}
              hint={total === undefined ? say.unavailable : Format.money(total)}
              inputMode="numeric"
              value={String(line.quantity)}
            />
          )
        })}
        {added.map((one, index) => (
          <TextField
            key={one.variantId}
            name={`add.${index}.quantity`}
            label={words.edit.added(one.title)}
            hint={Format.money(one.price)}
            inputMode="numeric"
            value="1"
          />
        ))}
        <May to="orders:write">
          <VariantPicker
            label={words.edit.add}
            onPick={(picked) => add((before) => before.some(({ variantId }) => variantId === picked.variantId) ? before : [...before, picked])}
          />
        </May>
      </Form>
    </section>
  )
}

const shippingOf = (written: Written, currency: string): Exclude<Change["shipping"], undefined> => {
  const chosen = written.text("shipping")
  if (chosen === "") return null
  if (chosen !== "own") return { methodId: chosen as never }
  const price = Format.parseMoney(written.text("shipping.price"), currency)
  if (price === undefined) throw wrong("shipping.price", words.field.money)
  return { name: written.text("shipping.name"), price }
}

const Ways = (props: PartProps & { readonly methods: ReadonlyArray<Method> }) => {
  const { draft, methods } = props
  const { shipping } = draft
  const now = shipping === null ? "" : "methodId" in shipping ? String(shipping.methodId) : "own"
  const [way, choose] = useState(now)
  const own = shipping !== null && "name" in shipping ? shipping : undefined
  return (
    <section class="card stack">
      <h2>{say.whereTo}</h2>
      <Form
        to="orders:write"
        submit={words.shell.save}
        onSend={(written) =>
          changes(props, {
            email: written.orNull("email"),
            shippingAddress: addressOf(written, "shippingAddress", draft.shippingAddress),
            shipping: shippingOf(written, draft.currency)
          })}
      >
        <TextField name="email" type="email" inputMode="email" label={words.signIn.email} value={draft.email ?? ""} optional />
        <AddressFields name="shippingAddress" address={draft.shippingAddress} />
        <ChoiceField
          name="shipping"
          label={say.way}
          value={now}
          onChoose={choose}
          choices={[["", say.noWay], ...methods.map(({ id, name }) => [String(id), name] as const), ["own", say.ownWay]]}
        />
        {way === "own"
          ? (
            <div class="pair">
              <TextField name="shipping.name" label={say.wayName} value={own?.name ?? ""} />
              <TextField
                name="shipping.price"
                label={words.product.priceIn(draft.currency)}
                inputMode="decimal"
                value={own === undefined ? "" : Format.written(own.price)}
              />
            </div>
          )
          : null}
      </Form>
    </section>
  )
}

const Cost = ({ draft }: { readonly draft: DraftAnswer }) => {
  const { pricing } = draft
  const titles = new Map(draft.lines.map((line) => [String(line.id), lineName(line)]))
  return (
    <section class="card stack">
      <h2>{say.cost}</h2>
      <dl class="sums">
        {([
          [words.order.subtotal, pricing.subtotal],
          [words.order.discount, pricing.discount],
          [words.order.shipping, pricing.shippingTotal],
          [words.order.tax, pricing.tax]
        ] as const).filter(([, { amount }]) => amount !== 0).map(([text, amount]) => (
          <div key={text}>
            <dt>{text}</dt>
            <dd class="number">{Format.money(amount)}</dd>
          </div>
        ))}
        <div class="whole">
          <dt>{words.orders.total}</dt>
          <dd class="number">{Format.money(draft.total)}</dd>
        </div>
      </dl>
      {draft.missing.length === 0 ? null : (
        <p class="notice">{say.lacks(draft.missing.map((part) => say.missing[part as keyof typeof say.missing] ?? part).join(", "))}</p>
      )}
      {draft.notices.length === 0 ? null : (
        <ul class="small">
          {draft.notices.map((notice, index) => (
            <li key={index} class="fault">
              {notice._tag === "short_of_stock"
                ? say.short(titles.get(String(notice.lineId)) ?? "", notice.available)
                : notice._tag === "unavailable"
                ? `${titles.get(String(notice.lineId)) ?? ""}: ${say.unavailable}`
                : `${notice.code}: ${notice.message}`}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

type Asking = "send" | "paid" | "hold"

const Asked = ({ draft, onClose, onDone, what }: PartProps & { readonly what: Asking; readonly onClose: () => void }) => {
  const params = { id: draft.id }
  const { version } = draft
  switch (what) {
    case "send":
      return (
        <Dialog title={say.deeds.send} onClose={onClose}>
          <Form
            submit={say.deeds.send}
            onSend={async (written, { key }) => {
              const message = written.text("message")
              const sent = await call("draftOrders.send", { params, payload: { version, ...(message === "" ? {} : { message }) } }, { key })
              onClose()
              onDone(sent, say.sent)
            }}
          >
            <p>{say.sendText(draft.email ?? "")}</p>
            <LongField name="message" label={say.message} rows={3} optional />
          </Form>
        </Dialog>
      )
    case "hold":
      return (
        <Dialog title={say.deeds.hold} onClose={onClose}>
          <Form
            submit={say.deeds.hold}
            onSend={async (written, { key }) => {
              const hours = written.whole("minutes")
              if (hours === undefined || hours < 1) throw wrong("minutes", words.field.whole)
              const held = await call("draftOrders.reserve", { params, payload: { minutes: hours * 60, version } }, { key })
              onClose()
              onDone(held, say.held)
            }}
          >
            <TextField name="minutes" label={say.hours} inputMode="numeric" value="24" />
          </Form>
        </Dialog>
      )
    case "paid":
      return (
        <Dialog title={say.deeds.paid} onClose={onClose}>
          <Form
            submit={say.order}
            onSend={async (written, { key }) => {
              const reference = written.text("reference")
              const order = await call("draftOrders.complete", {
                params,
                payload: {
                  payment: written.text("payment") as "outside" | "later",
                  expectedTotal: draft.total,
                  version,
                  ...(reference === "" ? {} : { reference })
                }
              }, { key })
              onClose()
              tell(say.ordered)
              go(link(["orders", order.id]))
            }}
          >
            <p>{say.paidText(Format.money(draft.total))}</p>
            <ChoiceField name="payment" label={say.payment} choices={Object.entries(say.payments)} />
            <TextField name="reference" label={say.reference} optional />
          </Form>
        </Dialog>
      )
  }
}

export const Draft = ({ id }: { readonly id: string }) => {
  const store = useStore()
  const [what, ask] = useState<Asking>()
  const both = useLoaded(async () => {
    const [draft, methods] = await Promise.all([
      call("draftOrders.get", { params: { id } }),
      // whoever may not see them writes one down by hand
      call("shippingAndTax.listShippingMethods").then(({ items }) => items, () => [])
    ])
    return { draft, methods }
  }, id)
  const draft = both.value?.draft
  const open = draft !== undefined && draft.status !== "ordered" && store.may("orders:write")
  const ready = draft?.missing.length === 0
  return (
    <Page
      title={`${say.one} ${shortOf(id)}`}
      actions={!open ? undefined : (
        <>
          {ready && draft.email !== null ? <button type="button" onClick={() => ask("send")}>{say.deeds.send}</button> : null}
          {ready ? <button type="button" class="quiet" onClick={() => ask("paid")}>{say.deeds.paid}</button> : null}
          {draft.lines.length > 0 ? <button type="button" class="quiet" onClick={() => ask("hold")}>{say.deeds.hold}</button> : null}
          <Deed
            class="danger"
            text={say.deeds.remove}
            sure={say.removeText}
            does={async () => {
              await call("draftOrders.delete", { params: { id } }, { version: draft.version })
              tell(say.removed)
              go(link(["drafts"]))
            }}
          />
        </>
      )}
    >
      <Loaded of={both}>
        {({ draft, methods }) => {
          const onDone = (changed: DraftAnswer, text: string) => {
            both.set({ draft: changed, methods })
            tell(text)
          }
          return (
            <>
              <p class="states">
                <Badge state={`draft_${draft.status}`} text={say.states[draft.status]} />
                <span class="muted">{say.until} {Format.time(draft.expiresAt, store)}</span>
                {draft.reservedUntil === null ? null : <span class="muted">{say.heldUntil(Format.time(draft.reservedUntil, store))}</span>}
                {draft.orderId === null ? null : <a href={link(["orders", draft.orderId])}>{say.itsOrder}</a>}
              </p>
              <div class="columns">
                <div class="stack">
                  <Goods draft={draft} onDone={onDone} />
                  <Cost draft={draft} />
                </div>
                <Ways draft={draft} methods={methods} onDone={onDone} />
              </div>
              {what === undefined ? null : <Asked what={what} draft={draft} onDone={onDone} onClose={() => ask(undefined)} />}
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
