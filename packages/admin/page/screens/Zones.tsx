/**
 * Zones: parts of the world that there are taxes or ways of shipping for.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { CountryField } from "../parts/Country.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { ChoiceField, Form, LongField, TextField, type Written } from "../parts/Form.tsx"
import { Named } from "../parts/Listing.tsx"
import type { Loading } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Removal } from "../parts/Removal.tsx"
import { words } from "../words/Words.ts"

const say = words.zones

export type Zone = Answer<"zones.listTaxZones">["items"][number]
type Area = Zone["areas"][number]
export type ZoneKind = "shipping" | "tax"

export const readZones = async (kind: ZoneKind): Promise<ReadonlyArray<Zone>> =>
  (await call(kind === "tax" ? "zones.listTaxZones" : "zones.listShippingZones")).items

const codesOf = (text: string): ReadonlyArray<string> => text.split(/[\n,;]/).map((code) => code.trim()).filter((code) => code !== "")

const areaOf = (written: Written, index: number): Area => ({
  country: written.text(`areas.${index}.country`),
  region: written.orNull(`areas.${index}.region`),
  postalCodes: codesOf(written.text(`areas.${index}.postalCodes`))
})

const areaText = ({ country, postalCodes = [], region }: Area): string =>
  [Format.country(country), region, postalCodes.slice(0, 3).join(", ") + (postalCodes.length > 3 ? " …" : "")]
    .filter((part) => part !== undefined && part !== null && part !== "").join(" ")

const areasText = (areas: ReadonlyArray<Area>): string =>
  areas.slice(0, 4).map(areaText).join(", ") + (areas.length > 4 ? ` ${say.further(areas.length - 4)}` : "")

const inPrices = (choice: string): boolean | null => choice === "" ? null : choice === "with"

const save = async (kind: ZoneKind, zone: Zone | undefined, written: Written, count: number, key: string): Promise<void> => {
  const payload = {
    name: written.text("name"),
    areas: Array.from({ length: count }, (_none, index) => areaOf(written, index)),
    ...(kind === "tax" ? { pricesIncludeTax: inPrices(written.text("pricesIncludeTax")) } : {})
  }
  if (zone === undefined) {
    await call(kind === "tax" ? "zones.createTaxZone" : "zones.createShippingZone", { payload }, { key })
  } else {
    await call(kind === "tax" ? "zones.updateTaxZone" : "zones.updateShippingZone", {
      params: { id: zone.id },
      payload: { ...payload, version: zone.version }
    })
  }
}

/** A part of a zone on the screen, which keeps what is written into it while others go. */
interface Row {
  readonly key: number
  readonly area: Area | undefined
}

const ZoneForm = ({ kind, onClose, onDone, zone }: {
  readonly kind: ZoneKind
  /** `undefined`: a new one. */
  readonly zone: Zone | undefined
  readonly onClose: () => void
  readonly onDone: (text: string) => void
}) => {
  const [rows, set] = useState<ReadonlyArray<Row>>((zone?.areas ?? [undefined]).map((area, key) => ({ key, area })))
  return (
    <Dialog title={zone?.name ?? say.add} onClose={onClose}>
      <Form
        submit={words.shell.save}
        onSend={async (written, { key }) => {
          await save(kind, zone, written, rows.length, key)
          onClose()
          onDone(words.shell.saved)
        }}
      >
        <TextField name="name" label={say.name} hint={say.nameHint} value={zone?.name ?? ""} />
        {rows.map(({ area, key }, index) => (
          <fieldset key={key}>
            <legend>{say.part(index + 1)}</legend>
            <div class="pair">
              <CountryField name={`areas.${index}.country`} label={words.settings.country} none={words.rule.choose} value={area?.country ?? ""} />
              <TextField name={`areas.${index}.region`} label={say.region} hint={say.regionHint} value={area?.region ?? ""} optional />
            </div>
            <LongField
              name={`areas.${index}.postalCodes`}
              label={say.postalCodes}
              hint={say.postalCodesHint}
              value={area?.postalCodes?.join(", ") ?? ""}
              rows={2}
              optional
            />
            {rows.length === 1 ? null : (
              <button
                type="button"
                class="quiet"
                aria-label={`${words.collections.takeOut}: ${say.part(index + 1)}`}
                onClick={({ currentTarget: { form } }) => {
                  form?.dispatchEvent(new Event("input"))
                  set((before) => before.filter((row) => row.key !== key))
                }}
              >
                {words.collections.takeOut}
              </button>
            )}
          </fieldset>
        ))}
        <div class="actions">
          <button
            type="button"
            class="quiet"
            onClick={() => set((before) => [...before, { key: Math.max(...before.map(({ key }) => key)) + 1, area: undefined }])}
          >
            {say.addPart}
          </button>
        </div>
        {kind === "shipping" ? null : (
          <ChoiceField
            name="pricesIncludeTax"
            label={say.prices}
            value={zone === undefined || zone.pricesIncludeTax === null ? "" : zone.pricesIncludeTax ? "with" : "without"}
            choices={[["", say.asShop], ["with", words.settings.taxWith], ["without", words.settings.taxWithout]]}
          />
        )}
      </Form>
      {zone === undefined ? null : (
        <Removal
          say={say}
          does={() => call(kind === "tax" ? "zones.deleteTaxZone" : "zones.deleteShippingZone", { params: { id: zone.id } }, { version: zone.version })}
          onGone={() => {
            onClose()
            onDone(say.gone)
          }}
        />
      )}
    </Dialog>
  )
}

/** The zones of one kind, made and changed. */
export const Zones = ({ kind, of, zones }: {
  readonly kind: ZoneKind
  readonly zones: ReadonlyArray<Zone>
  readonly of: Pick<Loading<unknown>, "reload">
}) => {
  const [edited, edit] = useState<{ readonly zone: Zone | undefined }>()
  return (
    <section class="card stack" aria-label={say.all}>
      <h2>{say.all}</h2>
      <p class="muted">{kind === "tax" ? say.introOfTax : say.introOfShipping}</p>
      {zones.length === 0 ? null : (
        <ul class="rows">
          {zones.map((zone) => (
            <li key={zone.id}>
              <span><Named below={areasText(zone.areas)}>{zone.name}</Named></span>
              <May to="settings:write">
                <button type="button" class="quiet" aria-label={`${words.product.edit}: ${zone.name}`} onClick={() => edit({ zone })}>
                  {words.product.edit}
                </button>
              </May>
            </li>
          ))}
        </ul>
      )}
      <May to="settings:write">
        <div class="actions"><button type="button" class="quiet" onClick={() => edit({ zone: undefined })}>{say.add}</button></div>
      </May>
      {edited === undefined ? null : (
        <ZoneForm
          kind={kind}
          zone={edited.zone}
          onClose={() => edit(undefined)}
          onDone={(text) => {
            tell(text)
            void of.reload()
          }}
        />
      )}
    </section>
  )
}
