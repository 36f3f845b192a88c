/**
 * What lies where, and the putting right of it.
 */
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Filters } from "../parts/Filters.tsx"
import { ChoiceField, Form, TextField, wrong } from "../parts/Form.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { say as tell } from "../parts/Notice.tsx"
import { May } from "../parts/May.tsx"
import { Listing, Named } from "../parts/Listing.tsx"
import { Page } from "../parts/Page.tsx"
import { usePaged } from "../parts/Paged.tsx"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"

const say = words.stock

type Level = Answer<"inventory.list">["items"][number]
type Kind = keyof typeof say.kinds

const keyOf = ({ locationId, variantId }: Level): string => `${variantId} ${locationId}`

const signed = (value: number): string => value > 0 ? `+${Format.number(value)}` : Format.number(value)

const History = ({ level }: { readonly level: Level }) => {
  const store = useStore()
  const ledger = useLoaded(
    () => call("inventory.ledger", { params: { variantId: level.variantId }, query: { limit: 10 } }),
    `${keyOf(level)} ${level.version}`
  )
  return (
    <Loaded of={ledger}>
      {({ items }) => {
        const here = items.filter(({ locationId, onHandDelta }) => locationId === level.locationId && onHandDelta !== 0)
        return here.length === 0 ? <p class="muted small">{words.shell.none}</p> : (
          <ul class="rows small">
            {here.map((entry) => (
              <li key={entry.sequence}>
                <span>
                  {entry.reason === "" ? say.movements[entry.kind] : entry.reason}
                  <span class="muted below">{Format.time(entry.at, store)}</span>
                </span>
                <strong class="number">{signed(entry.onHandDelta)}</strong>
              </li>
            ))}
          </ul>
        )
      }}
    </Loaded>
  )
}

const Adjust = ({ level, onClose, onDone, onReload, place }: {
  readonly level: Level
  readonly place: string
  readonly onClose: () => void
  readonly onDone: () => void
  readonly onReload: () => Promise<void>
}) => {
  const [kind, choose] = useState<Kind>("receive")
  return (
    <Dialog title={`${level.title}${level.sku === null ? "" : ` (${level.sku})`}`} onClose={onClose}>
      <div class="stack">
        <p>{say.now(level.onHand, level.reserved, place)}</p>
        <Form
          submit={words.shell.save}
          onReload={onReload}
          onSend={async (written, { key }) => {
            const field = `adjustments.0.${kind === "count" ? "onHand" : "delta"}`
            const pieces = written.whole(field)
            if (pieces === undefined) throw wrong(field, words.field.required)
            const { locationId, variantId, version } = level
            await call("inventory.adjust", {
              payload: {
                kind,
                reason: written.text("reason"),
                adjustments: [kind === "count" ? { variantId, locationId, onHand: pieces, version } : { variantId, locationId, delta: pieces }]
              }
            }, { key })
            onClose()
            onDone()
          }}
        >
          <ChoiceField
            name="kind"
            label={say.what}
            choices={Object.entries(say.kinds)}
            onChoose={(chosen) => choose(chosen as Kind)}
          />
          <TextField
            key={kind}
            name={`adjustments.0.${kind === "count" ? "onHand" : "delta"}`}
            label={say.amounts[kind]}
            inputMode="text"
          />
          <TextField name="reason" label={words.order.reason} />
        </Form>
        <h3>{say.history}</h3>
        <History level={level} />
      </div>
    </Dialog>
  )
}

export const Stock = ({ query }: { readonly query: URLSearchParams }) => {
  const [chosen, choose] = useState<string>()
  const variantId = query.get("variantId") ?? ""
  const low = query.get("low") === "true"
  const location = query.get("locationId") ?? ""
  const locations = useLoaded(() => call("inventory.listLocations"), "all")
  const levels = usePaged((page) =>
    call("inventory.list", {
      query: {
        limit: 50,
        ...(low ? { low } : {}),
        ...(variantId === "" ? {} : { variantId }),
        ...(location === "" ? {} : { locationId: location }),
        ...page
      }
    }), String(query))
  const placeOf = ({ locationCode, locationId }: Level): string =>
    locations.value?.items.find(({ id }) => id === locationId)?.name ?? locationCode
  const level = levels.value?.items.find((level) => keyOf(level) === chosen)
  return (
    <Page title={words.sections.stock}>
      <Filters
        label={words.shell.narrow}
        path={["stock"]}
        query={query}
        choices={[
          { name: "low", label: say.show, choices: [["true", say.onlyLow]] },
          ...(locations.value !== undefined && locations.value.items.length > 1
            ? [{
              name: "locationId",
              label: say.place,
              choices: locations.value.items.map(({ id, name }) => [id, name] as const)
            }]
            : [])
        ]}
      />
      <Listing
        of={levels}
        label={words.sections.stock}
        none={low ? say.noneLow : words.shell.none}
        keyOf={keyOf}
        columns={[
          {
            title: words.order.product,
            cell: ({ low, sku, title }) => (
              <Named below={sku} breaks>{title} {low ? <Badge state="low" tone="waits" text={say.low} /> : null}</Named>
            )
          },
          { title: say.place, class: "wide-only", cell: placeOf },
          { title: say.onHand, class: "number", cell: ({ onHand }) => Format.number(onHand) },
          { title: say.reserved, class: "number wide-only", cell: ({ reserved }) => Format.number(reserved) },
          { title: say.available, class: "number wide-only", cell: ({ available }) => Format.number(available) },
          {
            title: say.adjust,
            class: "number",
            unsaid: true,
            cell: (level) => (
              <May to="inventory:write">
                <button type="button" class="quiet" aria-label={`${say.adjust}: ${level.title}`} onClick={() => choose(keyOf(level))}>
                  {say.adjust}
                </button>
              </May>
            )
          }
        ]}
      />
      {level === undefined ? null : (
        <Adjust
          level={level}
          place={placeOf(level)}
          onReload={levels.reload}
          onClose={() => choose(undefined)}
          onDone={() => {
            tell(words.shell.saved)
            void levels.reload()
          }}
        />
      )}
    </Page>
  )
}
