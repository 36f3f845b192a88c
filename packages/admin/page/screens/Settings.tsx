/**
 * What holds for the whole shop, as far as it is changed day by day.
 */
import { call } from "../api/Api.ts"
import type { Answer } from "../api/Operations.ts"
import { CountryField } from "../parts/Country.tsx"
import { CheckField, ChoiceField, Form, TextField, wrong, type Written } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { words } from "../words/Words.ts"
import { AddressFields, addressOf } from "./AddressFields.tsx"
import { CurrencyFields, currenciesOf } from "./Currencies.tsx"
import { SettingsTabs } from "./SettingsTabs.tsx"

const say = words.settings

type SettingsAnswer = Answer<"administration.getSettings">

const whole = (written: Written, name: string): number => {
  const value = written.whole(name)
  if (value === undefined) throw wrong(name, words.field.required)
  return value
}

const zones = Intl.supportedValuesOf("timeZone")

const SettingsForm = ({ onDone, settings: { currency, name, settings, version } }: {
  readonly settings: SettingsAnswer
  readonly onDone: (settings: SettingsAnswer) => void
}) => (
  <Form
    to="settings:write"
    submit={words.shell.save}
    onSend={async (written) => {
      onDone(
        await call("administration.updateSettings", {
          payload: {
            name: written.text("name"),
            settings: {
              contactEmail: written.orNull("settings.contactEmail"),
              storefrontUrl: written.orNull("settings.storefrontUrl"),
              country: written.text("settings.country"),
              locale: written.text("settings.locale"),
              timeZone: written.text("settings.timeZone"),
              pricesIncludeTax: written.checked("settings.pricesIncludeTax"),
              ...currenciesOf(written, currency),
              lowStockThreshold: whole(written, "settings.lowStockThreshold"),
              reservationMinutes: whole(written, "settings.reservationMinutes"),
              returnDays: whole(written, "settings.returnDays"),
              legalName: written.orNull("settings.legalName"),
              legalAddress: addressOf(written, "settings.legalAddress", settings.legalAddress),
              taxId: written.orNull("settings.taxId"),
              invoices: written.text("settings.invoices") as typeof settings.invoices,
              returnLabels: written.text("settings.returnLabels") as typeof settings.returnLabels,
              reviews: {
                ...settings.reviews,
                writers: written.text("settings.reviews.writers") as typeof settings.reviews.writers,
                moderation: written.text("settings.reviews.moderation") as typeof settings.reviews.moderation,
                blockedWords: written.text("settings.reviews.blockedWords").split(",").map((word) => word.trim())
                  .filter((word) => word !== "")
              }
            },
            version
          }
        })
      )
    }}
  >
    <section class="card stack">
      <h2>{say.shop}</h2>
      <TextField name="name" label={say.name} value={name} />
      <div class="pair">
        <TextField name="settings.contactEmail" type="email" label={say.contact} value={settings.contactEmail ?? ""} optional />
        <TextField name="settings.storefrontUrl" label={say.storefront} value={settings.storefrontUrl ?? ""} optional />
      </div>
      <div class="pair">
        <CountryField name="settings.country" label={say.country} value={settings.country} />
        <TextField name="settings.locale" label={say.locale} hint={say.localeHint} value={settings.locale} />
      </div>
      <ChoiceField
        name="settings.timeZone"
        label={say.zone}
        value={settings.timeZone}
        choices={[...new Set([settings.timeZone, "UTC", ...zones])].map((zone) => [zone, zone.replaceAll("_", " ")] as const)}
      />
      <p class="muted small">{say.currency(currency)}</p>
    </section>
    <section class="card stack">
      <h2>{say.selling}</h2>
      <CheckField name="settings.pricesIncludeTax" label={say.pricesIncludeTax} checked={settings.pricesIncludeTax} />
      <CurrencyFields currency={currency} settings={settings} />
      <div class="pair">
        <TextField name="settings.lowStockThreshold" label={say.lowStock} inputMode="numeric" value={String(settings.lowStockThreshold)} />
        <TextField
          name="settings.reservationMinutes"
          label={say.reservation}
          hint={say.reservationHint}
          inputMode="numeric"
          value={String(settings.reservationMinutes)}
        />
        <TextField name="settings.returnDays" label={say.returns} inputMode="numeric" value={String(settings.returnDays)} />
        <ChoiceField
          name="settings.returnLabels"
          label={say.returnLabels}
          value={settings.returnLabels}
          choices={Object.entries(say.whenLabels)}
        />
      </div>
    </section>
    <section class="card stack">
      <h2>{say.seller}</h2>
      <div class="pair">
        <TextField name="settings.legalName" label={say.legalName} hint={say.legalNameHint} value={settings.legalName ?? ""} optional />
        <TextField name="settings.taxId" label={say.taxId} value={settings.taxId ?? ""} optional />
      </div>
      <details open={settings.legalAddress !== null}>
        <summary>{say.legalAddress}</summary>
        <AddressFields name="settings.legalAddress" address={settings.legalAddress} />
      </details>
      <ChoiceField name="settings.invoices" label={say.invoices} value={settings.invoices} choices={Object.entries(say.whenInvoices)} />
    </section>
    <section class="card stack">
      <h2>{words.sections.reviews}</h2>
      <div class="pair">
        <ChoiceField name="settings.reviews.writers" label={say.writers} value={settings.reviews.writers} choices={Object.entries(say.whoWrites)} />
        <ChoiceField name="settings.reviews.moderation" label={say.moderation} value={settings.reviews.moderation} choices={Object.entries(say.whatWaits)} />
      </div>
      <TextField
        name="settings.reviews.blockedWords"
        label={say.blocked}
        hint={words.product.tagsHint}
        value={settings.reviews.blockedWords.join(", ")}
        optional
      />
    </section>
  </Form>
)

export const Settings = ({ onChanged }: { readonly onChanged: (settings: SettingsAnswer) => void }) => {
  const settings = useLoaded(() => call("administration.getSettings"), "now")
  return (
    <Page title={words.sections.settings}>
      <SettingsTabs now="general" />
      <Loaded of={settings}>
        {(value) => (
          <SettingsForm
            settings={value}
            onDone={(changed) => {
              settings.set(changed)
              onChanged(changed)
              tell(words.shell.saved)
            }}
          />
        )}
      </Loaded>
    </Page>
  )
}
