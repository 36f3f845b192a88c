/**
 * What tax is charged where.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { CountryField } from "../parts/Country.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { CheckField, ChoiceField, Form, TextField, wrong, type Written } from "../parts/Form.tsx"
import { Named } from "../parts/Listing.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { Removal } from "../parts/Removal.tsx"
import { type Store, useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"
import { partsPerMillion } from "./Promotions.tsx"
import { SettingsTabs } from "./SettingsTabs.tsx"
import { readZones, type Zone, Zones } from "./Zones.tsx"

const say = words.taxes

type Rate = Answer<"shippingAndTax.listTaxRates">["items"][number]

/** The component of a class that has only one. */
const only = "tax"

const percent = (ratePpm: number): string => Format.percent(ratePpm / 1_000_000)

const rateOf = (written: Written): number => {
  const text = written.text("ratePpm").replace(/\s*%$/, "")
  const ratePpm = /^0+(?:[.,]0+)?$/.test(text) ? 0 : partsPerMillion(text)
  if (ratePpm === undefined) throw wrong("ratePpm", words.promotions.percentWrong)
  return ratePpm
}

const dayOf = (at: string | null | undefined, store: Store): string => at === null || at === undefined ? "" : Format.calendarDay(Date.parse(at), store)

/** A day that stays what it was is not sent: its moment may be another than the first of the day. */
const changedDay = (written: Written, name: "from" | "until", rate: Rate | undefined, store: Store) =>
  written.text(name) === dayOf(rate?.[name], store) ? {} : { [name]: written.orNull(name) }

const placeOf = (written: Written) => {
  const place = written.text("place")
  if (place === "country") {
    const country = written.text("country")
    if (country === "") throw wrong("country", words.field.required)
    return { country }
  }
  return place === "" ? {} : { zoneId: place as never }
}

const RateForm = ({ onClose, onDone, rate, zones }: {
  /** `undefined`: a new one. */
  readonly rate: Rate | undefined
  readonly zones: ReadonlyArray<Zone>
  readonly onClose: () => void
  readonly onDone: (text: string) => void
}) => {
  const store = useStore()
  const [place, choose] = useState("country")
  return (
    <Dialog title={rate?.name ?? say.add} onClose={onClose}>
      <Form
        submit={words.shell.save}
        onSend={async (written, { key }) => {
          const said = {
            name: written.text("name"),
            ratePpm: rateOf(written),
            compound: written.checked("compound"),
            ...changedDay(written, "from", rate, store),
            ...changedDay(written, "until", rate, store)
          }
          if (rate === undefined) {
            const payload = { ...said, ...placeOf(written), taxClass: written.text("taxClass"), component: written.text("component") }
            await call("shippingAndTax.createTaxRate", { payload }, { key })
          } else {
            await call("shippingAndTax.updateTaxRate", { params: { id: rate.id }, payload: { ...said, version: rate.version } })
          }
          onClose()
          onDone(words.shell.saved)
        }}
      >
        <div class="pair">
          <TextField name="name" label={say.name} hint={say.nameHint} value={rate?.name ?? ""} />
          <TextField
            name="ratePpm"
            label={say.rate}
            inputMode="decimal"
            value={rate === undefined ? "" : Format.plainNumber(rate.ratePpm / 10_000)}
          />
        </div>
        {rate === undefined
          ? (
            <>
              <div class="pair">
                <ChoiceField
                  name="place"
                  label={say.where}
                  value="country"
                  choices={[["country", say.inCountry], ["", say.everywhere], ...zones.map(({ id, name }) => [id, name] as const)]}
                  onChoose={choose}
                />
                {place === "country"
                  ? <CountryField name="country" label={words.settings.country} none={words.rule.choose} />
                  : null}
              </div>
              <TextField name="taxClass" label={say.taxClass} hint={say.taxClassHint} value="standard" />
            </>
          )
          : <p class="muted">{say.stays}</p>}
        <div class="pair">
          <TextField name="from" type="date" label={say.from} value={dayOf(rate?.from, store)} optional />
          <TextField name="until" type="date" label={say.until} value={dayOf(rate?.until, store)} optional />
        </div>
        <details>
          <summary>{say.several}</summary>
          <div class="stack">
            <p class="muted">{say.severalText}</p>
            {rate === undefined ? <TextField name="component" label={say.component} hint={say.componentHint} value={only} /> : null}
            <CheckField name="compound" label={say.compound} checked={rate?.compound ?? false} />
          </div>
        </details>
      </Form>
      {rate === undefined ? null : (
        <Removal
          say={say}
          does={() => call("shippingAndTax.deleteTaxRate", { params: { id: rate.id } }, { version: rate.version })}
          onGone={() => {
            onClose()
            onDone(say.gone)
          }}
        />
      )}
    </Dialog>
  )
}

const timeOf = ({ from, until }: Rate, store: Store): string =>
  [
    from === null ? undefined : `${words.promotions.since} ${Format.time(from, store)}`,
    until === null ? undefined : `${words.promotions.till} ${Format.time(until, store)}`
  ].filter((text) => text !== undefined).join(", ")

const whereOf = ({ country, zoneId }: Rate, zones: ReadonlyArray<Zone>): string =>
  zoneId !== null ? zones.find(({ id }) => id === zoneId)?.name ?? zoneId : country !== null ? Format.country(country) : say.everywhere

const Rates = ({ rates, onEdit, zones }: {
  readonly rates: ReadonlyArray<Rate>
  readonly zones: ReadonlyArray<Zone>
  readonly onEdit: (rate: Rate) => void
}) => {
  const store = useStore()
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{say.one}</th>
          <th scope="col" class="wide-only">{say.taxClass}</th>
          <th scope="col" class="number">{say.rate}</th>
          <th scope="col"><span class="quiet-heading">{words.product.edit}</span></th>
        </tr>
      </thead>
      <tbody>
        {rates.map((rate) => (
          <tr key={rate.id}>
            <th scope="row">
              <Named below={[whereOf(rate, zones), timeOf(rate, store)].filter((text) => text !== "").join(" · ")}>{rate.name}</Named>
            </th>
            <td class="wide-only">{rate.taxClass}{rate.component === only ? "" : ` · ${rate.component}`}</td>
            <td class="number">{percent(rate.ratePpm)}</td>
            <td class="number">
              <May to="settings:write">
                <button type="button" class="quiet" aria-label={`${words.product.edit}: ${rate.name}`} onClick={() => onEdit(rate)}>
                  {words.product.edit}
                </button>
              </May>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const readAll = async () => {
  const [{ items: rates }, zones] = await Promise.all([call("shippingAndTax.listTaxRates"), readZones("tax")])
  return { rates, zones }
}

export const Taxes = () => {
  const all = useLoaded(readAll, "taxes")
  const [edited, edit] = useState<{ readonly rate: Rate | undefined }>()
  return (
    <Page
      title={say.all}
      actions={<May to="settings:write"><button type="button" onClick={() => edit({ rate: undefined })}>{say.add}</button></May>}
    >
      <SettingsTabs now="taxes" />
      <Loaded of={all}>
        {({ rates, zones }) => (
          <>
            <section class="card stack" aria-label={say.all}>
              {rates.length === 0
                ? <p class="muted">{say.none}</p>
                : <Rates rates={rates} zones={zones} onEdit={(rate) => edit({ rate })} />}
            </section>
            <Zones kind="tax" zones={zones} of={all} />
            {edited === undefined ? null : (
              <RateForm
                rate={edited.rate}
                zones={zones}
                onClose={() => edit(undefined)}
                onDone={(text) => {
                  tell(text)
                  void all.reload()
                }}
              />
            )}
          </>
        )}
      </Loaded>
    </Page>
  )
}
