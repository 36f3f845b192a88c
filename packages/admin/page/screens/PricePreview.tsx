/**
 * What a buyer would pay for a variant, and why: which price list, promotion and other rule says so.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer, Request } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { CountryField } from "../parts/Country.tsx"
import { CurrencyField } from "../parts/Currency.tsx"
import { ChoiceField, Form, TextField, wrong } from "../parts/Form.tsx"
import { useLoaded } from "../parts/Loaded.tsx"
import { Page } from "../parts/Page.tsx"
import { link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { type Picked, VariantPicker } from "../parts/VariantPicker.tsx"
import { words } from "../words/Words.ts"
import { PriceTabs } from "./PriceTabs.tsx"

const say = words.pricePreview

type Preview = Answer<"priceLists.preview">
type Input = Request<"priceLists.preview">["payload"]

const Steps = ({ line, pricesIncludeTax }: { readonly line: NonNullable<Preview["line"]>; readonly pricesIncludeTax: boolean }) => (
  <dl class="sums">
    {line.trace.map(({ amount, label, source }, index) => (
      <div key={index}>
        <dt>{source === "catalog" ? say.catalog : label}</dt>
        <dd class="number">{Format.money(amount)}</dd>
      </div>
    ))}
    <div>
      <dt><strong>{say.total}</strong></dt>
      <dd class="number"><strong>{Format.money(line.total)}</strong></dd>
    </div>
    <div>
      <dt class="muted">{pricesIncludeTax ? say.taxWithin : say.taxOnTop}</dt>
      <dd class="number">{Format.money(line.tax)}</dd>
    </div>
  </dl>
)

const Seen = ({ preview }: { readonly preview: Preview }) => {
  const store = useStore()
  const { codes, line, lists } = preview
  return (
    <section class="card stack" aria-label={say.pays}>
      <h2>{say.pays}</h2>
      <p class="muted">
        {say.who(Format.number(preview.quantity), preview.title, Format.country(preview.country), Format.time(preview.at, store))}
      </p>
      {preview.isForSale ? null : <p><Badge state="notForSale" tone="waits" text={say.notForSale} /></p>}
      {line === null ? <p>{say.noPrice(preview.currency)}</p> : (
        <>
          <p>
            <strong>{say.each(Format.money(line.unitPrice))}</strong>
            {line.compareAtPrice === null ? null : <> <s class="muted">{Format.money(line.compareAtPrice)}</s></>}
          </p>
          <Steps line={line} pricesIncludeTax={preview.pricesIncludeTax} />
        </>
      )}
      {codes.length === 0 ? null : (
        <ul class="rows">
          {codes.map(({ applied, code, message }) => <li key={code}>{code}: {applied ? say.codeApplied : message ?? say.codeNothing}</li>)}
        </ul>
      )}
      <h3>{say.lists}</h3>
      {lists.length === 0 ? <p class="muted">{say.noLists}</p> : (
        <ul class="rows">
          {lists.map((list) => (
            <li key={list.id}>
              <span>
                <a href={link(["prices", list.id])}>{list.name}</a>
                <span class="muted small below">{say.from(Format.number(list.minQuantity), Format.money(list.price))}</span>
              </span>
              <Badge state={list.standing} tone={list.standing === "applied" ? "good" : "still"} text={say.standings[list.standing]} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

export const PricePreview = () => {
  const store = useStore()
  const mayGroups = store.may("customers:read")
  const groups = useLoaded(async () => mayGroups ? (await call("customerGroups.list")).items : [], "groups")
  const [picked, pick] = useState<Picked>()
  const [preview, show] = useState<Preview>()
  return (
    <Page title={say.title}>
      <PriceTabs now="preview" />
      <div class="columns even">
        <section class="card stack">
          <h2>{say.asked}</h2>
          <VariantPicker
            label={say.variant}
            onPick={(one) => {
              pick(one)
              show(undefined)
            }}
          />
          {picked === undefined ? <p class="muted">{say.choose}</p> : (
            <Form
              loose
              submit={say.button}
              onSend={async (written) => {
                const quantity = written.whole("quantity")
                if (quantity === undefined) throw wrong("quantity", words.field.required)
                const given = (name: string) => written.text(name) === "" ? {} : { [name]: written.text(name) }
                const codes = written.text("codes").split(/[\s,;]+/).filter((code) => code !== "")
                const at = written.text("at")
                show(
                  await call("priceLists.preview", {
                    payload: {
                      variantId: picked.variantId,
                      quantity,
                      ...given("country"),
                      ...given("region"),
                      ...given("currency"),
                      ...given("customerId"),
                      ...(written.text("group") === "" ? {} : { customerGroupIds: [written.text("group")] }),
                      ...(codes.length === 0 ? {} : { codes }),
                      ...(at === "" ? {} : { at: Format.atWall(at, store) })
                    } as Input
                  })
                )
              }}
            >
              <p><strong>{picked.title}</strong></p>
              <TextField name="quantity" label={words.order.quantity} inputMode="numeric" value="1" />
              <div class="pair">
                <CountryField name="country" label={words.settings.country} none={say.ownCountry} />
                <TextField name="region" label={say.region} hint={say.regionHint} optional />
              </div>
              <CurrencyField />
              {mayGroups
                ? (
                  <>
                    <ChoiceField
                      name="group"
                      label={say.group}
                      choices={[["", say.everybody], ...(groups.value ?? []).map(({ id, name }) => [id, name] as const)]}
                    />
                    <TextField name="customerId" label={say.customer} hint={say.customerHint} optional />
                  </>
                )
                : null}
              <TextField name="codes" label={say.codes} hint={words.product.tagsHint} optional />
              <TextField name="at" type="datetime-local" label={say.at} hint={say.atHint} optional />
            </Form>
          )}
        </section>
        {preview === undefined ? null : <Seen preview={preview} />}
      </div>
    </Page>
  )
}
