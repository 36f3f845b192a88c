/**
 * Price lists: prices for certain buyers or for a time.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { CurrencyField } from "../parts/Currency.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { ChoiceField, Form, TextField } from "../parts/Form.tsx"
import { Listing, Named } from "../parts/Listing.tsx"
import { useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { Page } from "../parts/Page.tsx"
import { usePaged } from "../parts/Paged.tsx"
import { go, link } from "../parts/Router.ts"
import { type Store, useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"
import { PriceTabs } from "./PriceTabs.tsx"

const say = words.prices

export type PriceList = Answer<"priceLists.get">

type Groups = ReadonlyMap<string, string>

/** The names of customer groups by their ids, for whoever may know them. */
export const useGroups = (): Groups => {
  const { may } = useStore()
  const known = may("customers:read")
  const groups = useLoaded(async () => known ? (await call("customerGroups.list")).items : [], "groups")
  return new Map((groups.value ?? []).map(({ id, name }) => [id, name]))
}

/** For whom and where a list is, in a few words. */
const whomOf = ({ channel, countries, customerGroupId, subdivisions }: PriceList, groups: Groups): string => {
  const places = [...countries, ...subdivisions]
  const shown = places.slice(0, 5).join(", ")
  const parts = [
    customerGroupId === null ? undefined : groups.get(customerGroupId) ?? say.oneGroup,
    channel === null ? undefined : say.inChannel(channel),
    places.length === 0 ? undefined : places.length > 5 ? `${shown} …` : shown
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? say.everybody : parts.join(" · ")
}

const timeOf = ({ endsAt, startsAt }: PriceList, store: Store): string =>
  [
    startsAt === null ? undefined : `${words.promotions.since} ${Format.time(startsAt, store)}`,
    endsAt === null ? undefined : `${words.promotions.till} ${Format.time(endsAt, store)}`
  ].filter((text) => text !== undefined).join(", ")

/** What becomes of a list at this moment. */
export const StateOf = ({ list: { endsAt, startsAt, status } }: { readonly list: PriceList }) => {
  const now = Date.now()
  if (status === "draft") return <Badge state="draft" text={say.states.draft} />
  if (endsAt !== null && Date.parse(endsAt) <= now) return <Badge state="still" text={say.over} />
  if (startsAt !== null && Date.parse(startsAt) > now) return <Badge state="later" tone="busy" text={say.later} />
  return <Badge state="active" text={say.states.active} />
}

const NewList = ({ onClose }: { readonly onClose: () => void }) => {
  return (
    <Dialog title={say.add} onClose={onClose}>
      <Form
        submit={say.create}
        onSend={async (written, { key }) => {
          const currency = written.text("currency")
          const { id } = await call("priceLists.create", {
            payload: {
              name: written.text("name"),
              type: written.text("type") as PriceList["type"],
              // nobody pays by it before its prices are there
              status: "draft",
              ...(currency === "" ? {} : { currency })
            }
          }, { key })
          onClose()
          go(link(["prices", id]))
        }}
      >
        <TextField name="name" label={say.name} />
        <div class="pair">
          <ChoiceField name="type" label={say.type} choices={Object.entries(say.types)} />
          <CurrencyField />
        </div>
        <p class="hint">{say.begins}</p>
      </Form>
    </Dialog>
  )
}

export const PriceLists = () => {
  const store = useStore()
  const [making, make] = useState(false)
  const groups = useGroups()
  const lists = usePaged((page) => call("priceLists.list", { query: { limit: 50, ...page } }), "lists")
  return (
    <Page title={words.sections.prices} actions={<May to="prices:write"><button type="button" onClick={() => make(true)}>{say.add}</button></May>}>
      <PriceTabs now="lists" />
      <Listing
        of={lists}
        label={words.sections.prices}
        none={say.none}
        keyOf={({ id }) => id}
        columns={[
          {
            title: say.one,
            cell: (list) => (
              <Named below={[whomOf(list, groups), timeOf(list, store)].filter((text) => text !== "").join(" · ")}>
                <a href={link(["prices", list.id])}>{list.name}</a>
              </Named>
            )
          },
          { title: say.type, class: "wide-only", cell: ({ type }) => say.types[type] },
          { title: say.currency, class: "wide-only", cell: ({ currency }) => currency },
          { title: words.orders.state, cell: (list) => <StateOf list={list} /> }
        ]}
      />
      {making ? <NewList onClose={() => make(false)} /> : null}
    </Page>
  )
}
