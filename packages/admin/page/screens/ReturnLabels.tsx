/**
 * The labels of a return, bought from a carrier of the shop: what became of each, and the buying of another.
 */
import { useState } from "preact/hooks"
import { addressOf, call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Problem } from "../api/Problem.ts"
import { Badge } from "../parts/Badge.tsx"
import { CountryField } from "../parts/Country.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Form, TextField, wrong, type Written } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"

const say = words.returnLabels

type Label = Answer<"returnLabels.ofReturn">["items"][number]

/** How many parcels one label is for at most. */
const maximumParcels = 20

const sides = ["lengthMm", "widthMm", "heightMm"] as const

/** Parcels that were described; none, and the shop takes one of what the pieces weigh. */
const parcelsOf = (written: Written, count: number): { readonly parcels?: Label["parcels"] } => {
  const parcels = Array.from({ length: count }, (_nothing, index) => {
    const grams = written.whole(`parcels.${index}.grams`)
    const size = sides.flatMap((side) => {
      const length = written.whole(`parcels.${index}.${side}`)
      return length === undefined ? [] : [[side, length] as const]
    })
    if (grams === undefined && size.length > 0) throw wrong(`parcels.${index}.grams`, words.field.required)
    return grams === undefined ? [] : [{ grams, ...Object.fromEntries(size) }]
  }).flat()
  return parcels.length === 0 ? {} : { parcels }
}

const parts = ["name", "line1", "line2", "postalCode", "city", "region", "country"] as const

const receiverOf = (written: Written): { readonly to?: Label["to"] } => {
  const given = parts.map((part) => [part, written.text(`to.${part}`)] as const).filter(([, text]) => text !== "")
  return given.length === 0 ? {} : { to: Object.fromEntries(given) as unknown as Label["to"] }
}

/** What lacks is said, and the field marked in which it is written. */
const explained = (problem: unknown): unknown => {
  if (!(problem instanceof Problem)) return problem
  const lacks = (code: string, ...path: ReadonlyArray<string | number>) =>
    new Problem(problem.status, { code, errors: [{ path, message: words.field.required }] })
  if (problem.code === "return_label_needs_parcels") return lacks(problem.code, "parcels", 0, "grams")
  return problem.faults.some(({ path }) => path.length === 1 && path[0] === "to") ? lacks("return_label_needs_receiver", "to", "name") : problem
}

const Buy = ({ id, onClose, onDone }: { readonly id: string; readonly onClose: () => void; readonly onDone: (label: Label) => void }) => {
  const [count, more] = useState(1)
  return (
    <Dialog title={say.buy} onClose={onClose}>
      <Form
        submit={say.buy}
        onSend={async (written, { key }) => {
          const [carrier, service] = [written.text("carrier"), written.text("service")]
          const label = await call("returnLabels.buy", {
            params: { id },
            payload: {
              ...(carrier === "" ? {} : { carrier }),
              ...(service === "" ? {} : { service }),
              ...receiverOf(written),
              ...parcelsOf(written, count)
            }
          }, { key }).catch((problem: unknown) => {
            throw explained(problem)
          })
          onClose()
          onDone(label)
        }}
      >
        <p>{say.buyText}</p>
        {Array.from({ length: count }, (_nothing, index) => (
          <fieldset key={index}>
            <legend>{say.parcel(Format.number(index + 1))}</legend>
            <TextField
              name={`parcels.${index}.grams`}
              label={say.grams}
              inputMode="numeric"
              optional
              {...(index === 0 ? { hint: say.gramsHint } : {})}
            />
            <div class="pair">
              {sides.map((side) => <TextField key={side} name={`parcels.${index}.${side}`} label={say.sides[side]} inputMode="numeric" optional />)}
            </div>
          </fieldset>
        ))}
        {count === maximumParcels ? null : <div><button type="button" class="quiet" onClick={() => more(count + 1)}>{say.addParcel}</button></div>}
        <div class="pair">
          <TextField name="carrier" label={say.carrier} optional />
          <TextField name="service" label={say.service} hint={say.carrierHint} optional />
        </div>
        <details>
          <summary>{say.receiver}</summary>
          <div class="stack">
            {parts.map((part) => {
              const props = { name: `to.${part}`, label: words.drafts.address[part], optional: true }
              return part === "country" ? <CountryField key={part} none={words.drafts.noCountry} {...props} /> : <TextField key={part} {...props} />
            })}
          </div>
        </details>
      </Form>
    </Dialog>
  )
}

/** Whether it stands in the way of another one. */
const isOpen = ({ status }: Label): boolean => status !== "failed" && status !== "void"

const tones = { pending: "waits", bought: "good", failed: "bad", voiding: "waits", void: "still" } as const

export const ReturnLabels = ({ id, status }: { readonly id: string; readonly status: string }) => {
  const store = useStore()
  const [buying, buy] = useState(false)
  const labels = useLoaded(() => call("returnLabels.ofReturn", { params: { id } }), `${id} ${status}`)
  const reads = status === "approved" || (labels.value?.items.length ?? 0) > 0
  return !reads ? null : (
    <section class="card stack">
      <h2>{say.title}</h2>
      <Loaded of={labels}>
        {({ items }) => (
          <>
            {items.length === 0 ? <p class="muted">{say.none}</p> : (
              <ul class="rows">
                {items.map((label) => (
                  <li key={label.id}>
                    <span>
                      {label.carrier}, {label.service}
                      {label.price === null ? null : <span class="muted"> {Format.money(label.price)}</span>}
                      <span class="muted small below">{Format.time(label.createdAt, store)}</span>
                      {label.tracking.map(({ number, url }) => (
                        <span key={number} class="small below">{url === null ? number : <a href={url} rel="noreferrer">{number}</a>}</span>
                      ))}
                      {label.failure === null ? null : <span class="small below">{label.failure}</span>}
                    </span>
                    <span class="actions">
                      <Badge state={label.status} tone={tones[label.status]} text={say.states[label.status]} />
                      {label.status === "bought"
                        ? (
                          <>
                            {label.mediaType === null ? null : <a href={addressOf("returnLabels.file", { id })} download="">{say.file}</a>}
                            <May to="orders:write">
                              <Deed
                                text={say.giveBack}
                                sure={say.giveBackText}
                                does={async () => {
                                  const { status } = await call("returnLabels.giveBack", { params: { id: label.id } })
                                  await labels.reload()
                                  tell(say.given[status === "void" ? "void" : status === "voiding" ? "voiding" : "kept"])
                                }}
                              />
                            </May>
                          </>
                        )
                        : label.status === "pending" || label.status === "voiding"
                        ? <Deed text={say.look} does={() => labels.reload()} />
                        : null}
                    </span>
                  </li>
                ))}
              </ul>
            )}
            {status !== "approved" || items.some(isOpen) ? null : (
              <May to="orders:write"><div><button type="button" class="quiet" onClick={() => buy(true)}>{say.buy}</button></div></May>
            )}
            {buying
              ? (
                <Buy
                  id={id}
                  onClose={() => buy(false)}
                  onDone={({ status }) => {
                    void labels.reload()
                    tell(say.states[status])
                  }}
                />
              )
              : null}
          </>
        )}
      </Loaded>
    </section>
  )
}
