/**
 * What of an order is sent, and what is still to send.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Form, TextField } from "../parts/Form.tsx"
import { lineNameOf } from "../parts/LineName.ts"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"
import { AddedStateBadge, AddedStateDeeds } from "./AddedStates.tsx"

const say = words.sendings

type OrderAnswer = Answer<"adminOrders.get">
type Sending = Answer<"fulfilments.ofOrder">["items"][number]
type Step = keyof typeof say.steps

/** What may come next, the usual thing first. */
const steps: Readonly<Record<Sending["status"], ReadonlyArray<Step>>> = {
  pending: ["ship", "pack", "cancel"],
  picked: ["ship", "pack", "cancel"],
  packed: ["ship", "cancel"],
  ready: ["deliver", "cancel"],
  shipped: ["deliver", "send_out", "fail"],
  out_for_delivery: ["deliver", "fail"],
  failed: ["send_out", "deliver", "come_back"],
  delivered: [],
  returned: [],
  cancelled: []
}

interface Props {
  readonly order: OrderAnswer
  readonly turn: string
  readonly onDone: (text: string) => void
}

/** Only addresses of the web are led to. */
const isWeb = (url: string | null): url is string => url !== null && /^https?:\/\//.test(url)

const Ship = ({ onClose, onDone, sending }: Pick<Props, "onDone"> & { readonly sending: Sending; readonly onClose: () => void }) => (
  <Dialog title={say.shipTitle} onClose={onClose}>
    <Form
      submit={say.steps.ship}
      onSend={async (written) => {
        const number = written.text("tracking.0.number")
        const tracking = [{ carrier: written.orNull("tracking.0.carrier"), number, url: written.orNull("tracking.0.url") }]
        await call("fulfilments.advance", {
          params: { id: sending.id },
          payload: { event: "ship", version: sending.version, ...(number === "" ? {} : { tracking }) }
        })
        onClose()
        onDone(say.shipDone)
      }}
    >
      <p>{say.shipText}</p>
      <TextField name="tracking.0.carrier" label={say.carrier} optional />
      <TextField name="tracking.0.number" label={say.number} optional />
      <TextField name="tracking.0.url" label={say.url} inputMode="text" optional />
    </Form>
  </Dialog>
)

type Added = Answer<"fulfilments.states">["items"]

const SendingOf = ({ added, onDone, order, sending }: Omit<Props, "turn"> & { readonly sending: Sending; readonly added: Added }) => {
  const suiting = added.filter(({ kind }) => kind === undefined || kind === sending.kind)
  const [shipping, ship] = useState(false)
  return (
    <li class="part">
      <p class="states">
        <Badge state={sending.status} text={say.states[sending.status]} />
        <AddedStateBadge of={sending} states={suiting} />
        <span>{sending.lines.map(({ lineId, quantity }) => `${Format.number(quantity)} × ${lineNameOf(order, lineId)}`).join(", ")}</span>
      </p>
      {sending.tracking.map((parcel) => (
        <p key={parcel.number} class="small">
          {parcel.carrier ?? say.parcel}: {isWeb(parcel.url) ? <a href={parcel.url} rel="noreferrer" target="_blank">{parcel.number}</a> : parcel.number}
        </p>
      ))}
      <AddedStateDeeds
        of={sending}
        states={suiting}
        change={async (state) => {
          await call("fulfilments.changeState", { params: { id: sending.id }, payload: { state, version: sending.version } })
          onDone(words.shell.saved)
        }}
      />
      <May to="orders:write"><div class="actions">
        {steps[sending.status].map((step) =>
          step === "ship"
            ? <button key={step} type="button" class="quiet" onClick={() => ship(true)}>{say.steps.ship}</button>
            : (
              <Deed
                key={step}
                text={say.steps[step]}
                {...(step === "cancel" ? { class: "danger", sure: say.cancelText } : {})}
                does={async () => {
                  await call("fulfilments.advance", { params: { id: sending.id }, payload: { event: step, version: sending.version } })
                  onDone(words.shell.saved)
                }}
              />
            )
        )}
      </div></May>
      {shipping ? <Ship sending={sending} onDone={onDone} onClose={() => ship(false)} /> : null}
    </li>
  )
}

type Open = Answer<"fulfilments.progress">["open"][number]

/** What lies in one place is sent from there. */
const byLocation = (open: ReadonlyArray<Open>): ReadonlyArray<readonly [string, ReadonlyArray<Open>]> => {
  const places = new Map<string, ReadonlyArray<Open>>()
  for (const line of open) places.set(line.locationId ?? "", [...places.get(line.locationId ?? "") ?? [], line])
  return [...places]
}

const ToSend = ({ onDone, open, order }: Omit<Props, "turn"> & { readonly open: ReadonlyArray<Open> }) => (
  <Form
    label={say.toSend}
    submit={say.button}
    onSend={async (written, { key }) => {
      const lines = open.map(({ lineId }, index) => ({ lineId, quantity: written.whole(`lines.${index}.quantity`) ?? 0 }))
        .filter(({ quantity }) => quantity !== 0)
      const [first] = open
      await call("fulfilments.create", {
        params: { id: order.id },
        payload: { lines, ...(first === undefined || first.locationId === null ? {} : { locationId: first.locationId }) }
      }, { key })
      onDone(say.done)
    }}
  >
    <h3>{say.toSend}</h3>
    <div class="pieces">{open.map(({ lineId, quantity }, index) => (
      <TextField
        key={`${lineId} ${quantity}`}
        name={`lines.${index}.quantity`}
        label={lineNameOf(order, lineId)}
        hint={say.ofOpen(quantity)}
        inputMode="numeric"
        value={String(quantity)}
      />
    ))}</div>
  </Form>
)

export const Sendings = ({ onDone, order, turn }: Props) => {
  const sendings = useLoaded(() => call("fulfilments.ofOrder", { params: { id: order.id } }), turn)
  const progress = useLoaded(() => call("fulfilments.progress", { params: { id: order.id } }), turn)
  const added = useLoaded(() => call("fulfilments.states", {}), "").value?.items ?? []
  const { may } = useStore()
  const mayBegin = may("orders:write") && (order.status === "paid" || order.status === "processing" || order.status === "shipped")
  return (
    <section class="card stack">
      <h2>{say.title}</h2>
      <Loaded of={sendings}>
        {({ items }) =>
          items.length === 0 ? <p class="muted">{say.none}</p> : (
            <ul class="stack">
              {items.map((sending) => (
                <SendingOf key={`${sending.id} ${sending.version}`} sending={sending} order={order} onDone={onDone} added={added} />
              ))}
            </ul>
          )}
      </Loaded>
      <Loaded of={progress}>
        {({ open }) =>
          !mayBegin ? null : byLocation(open).map(([location, open]) => (
            <ToSend key={location} open={open} order={order} onDone={onDone} />
          ))}
      </Loaded>
    </section>
  )
}
