/**
 * How goods get to buyers, and what that costs.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer, Request } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { CountriesField } from "../parts/Countries.tsx"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { CheckField, ChoiceField, Form, TextField, wrong, type Written } from "../parts/Form.tsx"
import { Named } from "../parts/Listing.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { Removal } from "../parts/Removal.tsx"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"
import { SettingsTabs } from "./SettingsTabs.tsx"
import { ratesOf, rowsOf, ShippingRates } from "./ShippingRates.tsx"
import { readZones, type Zone, Zones } from "./Zones.tsx"

const say = words.shipping

type Method = Answer<"shippingAndTax.listShippingMethods">["items"][number]
type NewMethod = NonNullable<Request<"shippingAndTax.createShippingMethod">["payload"]>

const amountOf = (written: Written, name: string, currency: string): Format.Money => {
  const amount = Format.parseMoney(written.text(name), currency)
  if (amount === undefined) throw wrong(name, words.field.money)
  return amount
}

const minorOf = (written: Written, name: string, currency: string): number | null =>
  written.text(name) === "" ? null : amountOf(written, name, currency).amount

/** On which days goods leave, where nobody has said it. */
const workingDays = [1, 2, 3, 4, 5]

const deliveryOf = (written: Written, method: Method | undefined): NewMethod["delivery"] => {
  const [minimumDays, maximumDays] = [written.whole("delivery.minimumDays"), written.whole("delivery.maximumDays")]
  if (minimumDays === undefined && maximumDays === undefined) return null
  if (minimumDays === undefined) throw wrong("delivery.minimumDays", words.field.required)
  if (maximumDays !== undefined && maximumDays < minimumDays) throw wrong("delivery.maximumDays", say.daysWrong)
  return {
    minimumDays,
    maximumDays: maximumDays ?? minimumDays,
    cutOff: written.orNull("delivery.cutOff"),
    weekdays: method?.delivery?.weekdays ?? workingDays
  }
}

const classesOf = (text: string) => text.split(",").map((one) => one.trim()).filter((one) => one !== "")

interface FormProps {
  /** `undefined`: a new one. */
  readonly method: Method | undefined
  readonly zones: ReadonlyArray<Zone>
  readonly onClose: () => void
  readonly onDone: (text: string) => void
}

/** Where a way of shipping leads to, before zones are named. */
const reach = ({ countries, zoneId }: Pick<Method, "countries" | "zoneId">): string => zoneId ?? (countries.length === 0 ? "" : "countries")

const MethodForm = ({ method, onClose, onDone, zones }: FormProps) => {
  const store = useStore()
  const [currency, pay] = useState<string>(method?.price.currency ?? store.currency ?? "USD")
  const [where, lead] = useState(method === undefined ? "" : reach(method))
  const [countries, choose] = useState<ReadonlyArray<string>>(method?.countries ?? [])
  const [rows, arrange] = useState(rowsOf(method?.rates ?? null))
  const shown = (amount: number | null | undefined) => amount === null || amount === undefined ? "" : Format.written({ amount, currency })
  const send = async (written: Written, key: string) => {
    if (where === "countries" && countries.length === 0) throw wrong("countries", words.field.required)
    const payload = {
      name: written.text("name"),
      price: { ...amountOf(written, "price", currency), currency: currency as never },
      countries: where === "countries" ? countries : [],
      zoneId: where === "" || where === "countries" ? null : where as never,
      freeFrom: minorOf(written, "freeFrom", currency),
      handling: minorOf(written, "handling", currency) ?? 0,
      rates: ratesOf(written, rows, currency),
      delivery: deliveryOf(written, method) ?? null,
      taxClass: written.text("taxClass"),
      shippingClasses: classesOf(written.text("shippingClasses")),
      active: written.checked("active")
    }
    if (method === undefined) await call("shippingAndTax.createShippingMethod", { payload }, { key })
    else await call("shippingAndTax.updateShippingMethod", { params: { id: method.id }, payload: { ...payload, version: method.version } })
    onClose()
    onDone(words.shell.saved)
  }
  return (
    <Dialog title={method?.name ?? say.add} onClose={onClose}>
      <Form submit={words.shell.save} onSend={(written, { key }) => send(written, key)}>
        <TextField name="name" label={say.name} hint={say.nameHint} value={method?.name ?? ""} />
        <div class="pair">
          {store.currencies.length < 2 ? null : (
            <ChoiceField
              name="price.currency"
              label={words.prices.currency}
              value={currency}
              choices={store.currencies.map((code) => [code, code] as const)}
              onChoose={pay}
            />
          )}
          <TextField name="price" label={words.product.priceIn(currency)} inputMode="decimal" value={shown(method?.price.amount)} />
          <TextField name="freeFrom" label={say.freeFrom(currency)} inputMode="decimal" value={shown(method?.freeFrom)} optional />
        </div>
        <ChoiceField
          name="where"
          label={say.where}
          value={where}
          choices={[["", say.everywhere], ["countries", say.inCountries], ...zones.map(({ id, name }) => [id, name] as const)]}
          onChoose={lead}
        />
        {where === "countries" ? <CountriesField label={say.addCountry} chosen={countries} onChange={choose} /> : null}
        <div class="pair">
          <TextField
            name="delivery.minimumDays"
            label={say.minimumDays}
            hint={say.daysHint}
            inputMode="numeric"
            value={method?.delivery === null || method === undefined ? "" : String(method.delivery.minimumDays)}
            optional
          />
          <TextField
            name="delivery.maximumDays"
            label={say.maximumDays}
            inputMode="numeric"
            value={method?.delivery === null || method === undefined ? "" : String(method.delivery.maximumDays)}
            optional
          />
        </div>
        <ShippingRates table={method?.rates ?? null} currency={currency} rows={rows} onRows={arrange} />
        <details>
          <summary>{say.further}</summary>
          <div class="stack">
            <TextField name="delivery.cutOff" label={say.cutOff} hint={say.cutOffHint} value={method?.delivery?.cutOff ?? ""} optional />
            <TextField name="handling" label={say.handling(currency)} inputMode="decimal" value={method === undefined || method.handling === 0 ? "" : shown(method.handling)} optional />
            <TextField
              name="shippingClasses"
              label={say.classes}
              hint={say.classesHint}
              value={method?.shippingClasses.join(", ") ?? ""}
              optional
            />
            <TextField name="taxClass" label={words.productMore.taxClass} value={method?.taxClass ?? "standard"} />
          </div>
        </details>
        <CheckField name="active" label={say.active} checked={method?.active ?? true} />
      </Form>
      {method === undefined ? null : (
        <Removal
          say={say}
          does={() => call("shippingAndTax.deleteShippingMethod", { params: { id: method.id } }, { version: method.version })}
          onGone={() => {
            onClose()
            onDone(say.gone)
          }}
        />
      )}
    </Dialog>
  )
}

const namesOf = (codes: ReadonlyArray<string>): string =>
  codes.slice(0, 4).map(Format.country).join(", ") + (codes.length > 4 ? ` ${words.zones.further(codes.length - 4)}` : "")

const whereOf = ({ countries, pickup, zoneId }: Method, zones: ReadonlyArray<Zone>): string =>
  pickup !== null
    ? say.pickedUp(pickup.address.city)
    : zoneId !== null
    ? zones.find(({ id }) => id === zoneId)?.name ?? zoneId
    : countries.length === 0
    ? say.everywhere
    : namesOf(countries)

const priceBelow = ({ freeFrom, price, rates }: Method): string =>
  [
    rates === null ? undefined : say.by[rates.by],
    freeFrom === null ? undefined : say.freeAbove(Format.money({ amount: freeFrom, currency: price.currency }))
  ].filter((text) => text !== undefined).join(", ")

const belowOf = (method: Method, zones: ReadonlyArray<Zone>): string =>
  [
    method.active ? undefined : words.promotions.isOff,
    whereOf(method, zones),
    priceBelow(method),
    method.delivery === null ? undefined : say.days(method.delivery.minimumDays, method.delivery.maximumDays),
    method.carrier === null ? undefined : say.asks(method.carrier.name)
  ].filter((text) => text !== undefined && text !== "").join(" · ")

const Methods = ({ methods, onDone, onEdit, zones }: {
  readonly methods: ReadonlyArray<Method>
  readonly zones: ReadonlyArray<Zone>
  readonly onEdit: (method: Method) => void
  readonly onDone: (text: string) => void
}) => (
  <table>
    <thead>
      <tr>
        <th scope="col">{say.one}</th>
        <th scope="col" class="number">{words.order.price}</th>
        <th scope="col" class="wide-only">{words.orders.state}</th>
        <th scope="col"><span class="quiet-heading">{words.product.edit}</span></th>
      </tr>
    </thead>
    <tbody>
      {methods.map((method, index) => (
        <tr key={method.id}>
          <th scope="row"><Named below={belowOf(method, zones)}>{method.name}</Named></th>
          <td class="number">{Format.money(method.price)}</td>
          <td class="wide-only"><Badge state={method.active ? "active" : "still"} text={method.active ? words.promotions.isOn : words.promotions.isOff} /></td>
          <td class="number">
            <May to="settings:write">
              <span class="actions">
                {index === 0 ? null : (
                  <Deed
                    text={say.first}
                    label={`${say.first}: ${method.name}`}
                    does={async () => {
                      await call("shippingAndTax.updateShippingMethod", {
                        params: { id: method.id },
                        payload: { position: Math.min(...methods.map(({ position }) => position)) - 1, version: method.version }
                      })
                      onDone(words.shell.saved)
                    }}
                  />
                )}
                <button type="button" class="quiet" aria-label={`${words.product.edit}: ${method.name}`} onClick={() => onEdit(method)}>
                  {words.product.edit}
                </button>
              </span>
            </May>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

const readAll = async () => {
  const [{ items: methods }, zones] = await Promise.all([call("shippingAndTax.listShippingMethods"), readZones("shipping")])
  return { methods, zones }
}

export const Shipping = () => {
  const all = useLoaded(readAll, "shipping")
  const [edited, edit] = useState<{ readonly method: Method | undefined }>()
  const onDone = (text: string) => {
    tell(text)
    void all.reload()
  }
  return (
    <Page
      title={say.all}
      actions={<May to="settings:write"><button type="button" onClick={() => edit({ method: undefined })}>{say.add}</button></May>}
    >
      <SettingsTabs now="shipping" />
      <Loaded of={all}>
        {({ methods, zones }) => (
          <>
            <section class="card stack" aria-label={say.all}>
              {methods.length === 0
                ? <p class="muted">{say.none}</p>
                : <Methods methods={methods} zones={zones} onEdit={(method) => edit({ method })} onDone={onDone} />}
            </section>
            <Zones kind="shipping" zones={zones} of={all} />
            {edited === undefined ? null : <MethodForm method={edited.method} zones={zones} onClose={() => edit(undefined)} onDone={onDone} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}
