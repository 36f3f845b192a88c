/**
 * One price list: for whom it is and what it says.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import { Deed } from "../parts/Deed.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { ChoiceField, Form, TextField, wrong, type Written } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { go, link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { VariantPicker } from "../parts/VariantPicker.tsx"
import { words } from "../words/Words.ts"
import { PastedPrices } from "./PastedPrices.tsx"
import { type PriceList, StateOf, useGroups } from "./PriceLists.tsx"

const say = words.prices

/** What stands between commas. */
const listed = (text: string): ReadonlyArray<string> => text.toUpperCase().split(/[\s,;]+/).filter((part) => part !== "")

const Terms = ({ list, onDone, onReload }: {
  readonly list: PriceList
  readonly onDone: (changed: PriceList) => void
  readonly onReload: () => Promise<void>
}) => {
  const store = useStore()
  const groups = useGroups()
  const wall = (at: string | null) => at === null ? "" : Format.onWall(at, store)
  const at = (written: Written, name: string) => written.text(name) === "" ? null : Format.atWall(written.text(name), store)
  return (
    <section class="card stack">
      <h2>{say.whom}</h2>
      <p class="states"><StateOf list={list} /> <span class="muted small">{say.inCurrency(list.currency)}</span></p>
      <Form
        to="prices:write"
        submit={words.shell.save}
        onReload={onReload}
        onSend={async (written) =>
          onDone(
            await call("priceLists.update", {
              params: { id: list.id },
              payload: {
                name: written.text("name"),
                type: written.text("type") as PriceList["type"],
                status: written.text("status") as PriceList["status"],
                countries: listed(written.text("countries")),
                subdivisions: listed(written.text("subdivisions")),
                channel: written.orNull("channel"),
                ...(written.data.has("customerGroupId") ? { customerGroupId: written.orNull("customerGroupId") as never } : {}),
                startsAt: at(written, "startsAt"),
                endsAt: at(written, "endsAt"),
                version: list.version
              }
            })
          )}
      >
        <TextField name="name" label={say.name} value={list.name} />
        <div class="pair">
          <ChoiceField name="type" label={say.type} value={list.type} choices={Object.entries(say.types)} />
          <ChoiceField name="status" label={words.orders.state} value={list.status} choices={Object.entries(say.states)} />
        </div>
        {store.may("customers:read")
          ? (
            <ChoiceField
              key={groups.size}
              name="customerGroupId"
              label={say.group}
              value={list.customerGroupId ?? ""}
              choices={[["", say.everybody], ...(list.customerGroupId === null || groups.has(list.customerGroupId) ? [] : [[list.customerGroupId, say.oneGroup] as const]), ...groups]}
            />
          )
          : null}
        <div class="pair">
          <TextField name="countries" label={say.countries} hint={say.countriesHint} value={list.countries.join(", ")} optional />
          <TextField name="subdivisions" label={say.subdivisions} hint={say.subdivisionsHint} value={list.subdivisions.join(", ")} optional />
        </div>
        <TextField name="channel" label={say.channel} hint={say.channelHint} value={list.channel ?? ""} optional />
        <div class="pair">
          <TextField name="startsAt" type="datetime-local" label={words.promotions.from} value={wall(list.startsAt)} optional />
          <TextField name="endsAt" type="datetime-local" label={words.promotions.until} value={wall(list.endsAt)} optional />
        </div>
      </Form>
    </section>
  )
}

interface Tier {
  readonly minQuantity: number
  readonly price: Format.Money
}

/** A variant with all its prices in a list. */
interface Priced {
  readonly variantId: string
  readonly title: string
  readonly productId: string
  readonly sku?: string | null
  readonly tiers: ReadonlyArray<Tier>
}

/** Prices of one variant follow one another. */
const grouped = (rows: ReadonlyArray<Tier & Omit<Priced, "tiers">>): ReadonlyArray<Priced> => {
  const groups: Array<Priced & { readonly tiers: Array<Tier> }> = []
  for (const { minQuantity, price, ...variant } of rows) {
    const last = groups.at(-1)
    if (last?.variantId === variant.variantId) last.tiers.push({ minQuantity, price })
    else groups.push({ ...variant, tiers: [{ minQuantity, price }] })
  }
  return groups
}

const Tiers = ({ list, onClose, onDone, of }: {
  readonly list: PriceList
  readonly of: Priced
  readonly onClose: () => void
  readonly onDone: () => void
}) => {
  const [rows, set] = useState(of.tiers.length === 0 ? [0] : of.tiers.map((_tier, index) => index))
  return (
    <Dialog title={of.title} onClose={onClose}>
      <Form
        submit={words.shell.save}
        onSend={async (written) => {
          const prices = rows.map((row, place) => {
            const quantity = written.whole(`quantity.${row}`) ?? (place === 0 ? 1 : undefined)
            if (quantity === undefined || quantity < 1) throw wrong(`quantity.${row}`, words.field.whole)
            const price = Format.parseMoney(written.text(`price.${row}`), list.currency)
            if (price === undefined) throw wrong(`price.${row}`, words.field.money)
            return { variantId: of.variantId as never, minQuantity: quantity, price }
          })
          const twice = prices.findIndex(({ minQuantity }, index) => prices.findIndex((other) => other.minQuantity === minQuantity) < index)
          if (twice !== -1) throw wrong(`quantity.${rows[twice]}`, say.twice)
          await call("priceLists.setPrices", { params: { id: list.id }, payload: { prices, whole: true } })
          onClose()
          onDone()
        }}
      >
        <ul class="stack">
          {rows.map((row, place) => (
            <li key={row} class="pieces">
              <TextField
                name={`quantity.${row}`}
                label={say.fromPieces(place + 1)}
                inputMode="numeric"
                value={String(of.tiers[row]?.minQuantity ?? (place === 0 ? 1 : ""))}
              />
              <TextField
                name={`price.${row}`}
                label={say.each(place + 1, list.currency)}
                inputMode="decimal"
                value={of.tiers[row] === undefined ? "" : Format.written(of.tiers[row].price)}
              />
              {rows.length === 1 ? null : (
                <button
                  type="button"
                  class="danger"
                  aria-label={say.removeTier(place + 1)}
                  onClick={() => set(rows.filter((other) => other !== row))}
                >
                  {say.takeOut}
                </button>
              )}
            </li>
          ))}
        </ul>
        <div><button type="button" class="quiet" onClick={() => set([...rows, Math.max(...rows) + 1])}>{say.addTier}</button></div>
      </Form>
    </Dialog>
  )
}

const Prices = ({ list }: { readonly list: PriceList }) => {
  const prices = usePaged((page) => call("priceLists.prices", { params: { id: list.id }, query: { limit: 100, ...page } }), list.id)
  const [edited, edit] = useState<Priced>()
  const [pasting, paste] = useState(false)
  const done = (text = words.shell.saved) => {
    tell(text)
    void prices.reload()
  }
  // the prices of the last variant may go on in the next piece, and all of them are changed together
  const whole = (groups: ReadonlyArray<Priced>) => prices.value?.nextCursor === null ? groups : groups.slice(0, -1)
  return (
    <section class="card stack">
      <h2>{say.prices}</h2>
      <May to="prices:write">
        <VariantPicker
          label={say.put}
          onPick={({ productId, title, variantId }) => {
            const known = grouped(prices.value?.items ?? []).find((priced) => priced.variantId === variantId)
            edit(known ?? { variantId, productId, title, tiers: [] })
          }}
        />
        <div><button type="button" class="quiet" onClick={() => paste(true)}>{say.paste}</button></div>
      </May>
      <Paged of={prices} none={say.noPrices}>
        {(items) => (
          <ul class="rows">
            {whole(grouped(items)).map((priced) => (
              <li key={priced.variantId}>
                <span>
                  <a href={link(["products", priced.productId])}>{priced.title}</a>
                  {priced.sku === null || priced.sku === undefined ? null : <span class="muted small below breaks">{priced.sku}</span>}
                </span>
                <span class="number">
                  {priced.tiers.map(({ minQuantity, price }) => (
                    <span key={minQuantity} class="below">
                      {minQuantity === 1 ? null : <span class="muted small">{say.from(Format.number(minQuantity))} </span>}
                      {Format.money(price)}
                    </span>
                  ))}
                </span>
                <May to="prices:write">
                  <span class="actions">
                    <button type="button" class="quiet" aria-label={`${words.product.edit}: ${priced.title}`} onClick={() => edit(priced)}>
                      {words.product.edit}
                    </button>
                    <Deed
                      class="danger"
                      text={say.takeOut}
                      label={`${say.takeOut}: ${priced.title}`}
                      sure={say.takeOutText}
                      does={async () => {
                        await call("priceLists.removePrices", { params: { id: list.id }, payload: { variantIds: [priced.variantId as never] } })
                        done(say.takenOut)
                      }}
                    />
                  </span>
                </May>
              </li>
            ))}
          </ul>
        )}
      </Paged>
      {edited === undefined ? null : <Tiers list={list} of={edited} onClose={() => edit(undefined)} onDone={done} />}
      {pasting ? <PastedPrices list={list} onClose={() => paste(false)} onDone={(count) => done(say.pasted(count))} /> : null}
    </section>
  )
}

export const PriceListOf = ({ id }: { readonly id: string }) => {
  const list = useLoaded(() => call("priceLists.get", { params: { id } }), id)
  const { reload, value } = list
  return (
    <Page
      title={value?.name ?? say.one}
      actions={value === undefined ? undefined : (
        <May to="prices:write">
          <Deed
            class="danger"
            text={say.remove}
            sure={say.removeText}
            does={async () => {
              await call("priceLists.delete", { params: { id } }, { version: value.version })
              go(link(["prices"]))
            }}
          />
        </May>
      )}
    >
      <Loaded of={list}>
        {(value) => (
          <div class="columns even">
            <Terms
              list={value}
              onReload={reload}
              onDone={(changed) => {
                list.set(changed)
                tell(words.shell.saved)
              }}
            />
            <Prices list={value} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}
