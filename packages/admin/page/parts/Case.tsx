/**
 * What is open between a buyer and the shop about an order: its head, and what may be done with it.
 */
import type { ComponentChildren } from "preact"
import { useState } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { words } from "../words/Words.ts"
import { Badge } from "./Badge.tsx"
import { Loaded, useLoaded } from "./Loaded.tsx"
import { say as tell } from "./Notice.tsx"
import { Page } from "./Page.tsx"
import { link } from "./Router.ts"
import { useStore } from "./Store.ts"

export type OrderAnswer = Answer<"adminOrders.get">

interface Common {
  readonly id: string
  readonly orderId: string
  readonly status: string
  readonly createdAt: string
}

export interface AskedProps<C> {
  readonly one: C
  readonly order: OrderAnswer
  readonly onClose: () => void
  readonly onDone: (changed: C, text?: string) => void
}

/** What people call something that has no number: the end of its id. */
export const shortOf = (id: string): string => id.slice(-6).toUpperCase()

export const pieces = (lines: ReadonlyArray<{ readonly quantity: number }>): string =>
  words.home.pieces(lines.reduce((sum, { quantity }) => sum + quantity, 0))

/** A piece of it as a buyer has described it. */
export const AboutLine = ({ note, reason, title }: { readonly title: string; readonly reason: string; readonly note: string | null }) => (
  <>
    {title}
    <span class="muted small below">{reason}</span>
    {note === null ? null : <span class="small below written">{note}</span>}
  </>
)

/** Money goes back with a permission of its own. */
const permissionOf = (deed: string): string => deed === "refund" ? "orders:refund" : "orders:write"

export const Case = <C extends Common, D extends string>({ asked, children, deeds, id, kind, names, offered, read, states }: {
  readonly id: string
  /** What its states are coloured by: `return_approved`. */
  readonly kind: "return" | "claim"
  /** What one is called. */
  readonly names: string
  readonly states: Readonly<Record<C["status"], string>>
  readonly deeds: Readonly<Record<D, string>>
  /** What may be done next, the usual thing first. */
  readonly offered: (one: C) => ReadonlyArray<D>
  readonly read: () => Promise<C>
  readonly children: (one: C, order: OrderAnswer) => ComponentChildren
  /** What is asked before a deed. */
  readonly asked: (deed: D, props: AskedProps<C>) => ComponentChildren
}) => {
  const store = useStore()
  const [deed, ask] = useState<D>()
  const both = useLoaded(async () => {
    const one = await read()
    return { one, order: await call("adminOrders.get", { params: { id: one.orderId } }) }
  }, id)
  const next = both.value === undefined ? [] : offered(both.value.one).filter((deed) => store.may(permissionOf(deed)))
  return (
    <Page
      title={`${names} ${shortOf(id)}`}
      actions={next.length === 0 ? undefined : next.map((deed, index) => (
        <button key={deed} type="button" class={index === 0 ? "" : "quiet"} onClick={() => ask(deed)}>{deeds[deed]}</button>
      ))}
    >
      <Loaded of={both}>
        {({ one, order }) => (
          <>
            <p class="states">
              <Badge state={`${kind}_${one.status}`} text={states[one.status as C["status"]]} />
              <a href={link(["orders", order.id])}>{words.orders.number} {order.number}</a>
              <span class="muted">{Format.time(one.createdAt, store)}</span>
            </p>
            {children(one, order)}
            {deed === undefined ? null : asked(deed, {
              one,
              order,
              onClose: () => ask(undefined),
              onDone: (changed, text = words.shell.saved) => {
                both.set({ one: changed, order })
                tell(text)
              }
            })}
          </>
        )}
      </Loaded>
    </Page>
  )
}
