/**
 * What buyers give back, and what went wrong on the way to them: what waits longest first.
 */
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import { Badge } from "../parts/Badge.tsx"
import { pieces, shortOf } from "../parts/Case.tsx"
import { StateFilter, stateIn } from "../parts/Filters.tsx"
import { type Column, Listing, Named } from "../parts/Listing.tsx"
import { Page } from "../parts/Page.tsx"
import { usePaged } from "../parts/Paged.tsx"
import { link } from "../parts/Router.ts"
import { type Store, useStore } from "../parts/Store.ts"
import { Tabs } from "../parts/Tabs.tsx"
import { words } from "../words/Words.ts"

const say = words.returns

const BothTabs = ({ now }: { readonly now: "returns" | "claims" }) => (
  <Tabs
    label={say.both}
    now={link([now])}
    tabs={[[link(["returns"]), words.sections.returns], [link(["claims"]), words.claims.title]]}
  />
)

interface Common<R extends string, S extends string> {
  readonly id: string
  readonly createdAt: string
  readonly status: S
  readonly lines: ReadonlyArray<{ readonly quantity: number; readonly reason: R }>
}

/** What returns and claims show of themselves alike. */
const columnsOf = <R extends string, S extends string>(
  kind: "return" | "claim",
  { one, reasons, states }: {
    readonly one: string
    readonly reasons: Readonly<Record<R, string>>
    readonly states: Readonly<Record<S, string>>
  },
  store: Store
) => {
  const columns: readonly [Column<Common<R, S>>, ...ReadonlyArray<Column<Common<R, S>>>] = [
    {
      title: one,
      cell: ({ id, lines }) => (
        <Named below={[pieces(lines), ...new Set(lines.map(({ reason }) => reasons[reason]))].join(" · ")}>
          <a href={link([`${kind}s`, id])}>{one} {shortOf(id)}</a>
        </Named>
      )
    },
    { title: say.asked, class: "wide-only", cell: ({ createdAt }) => Format.time(createdAt, store) },
    { title: words.orders.state, cell: ({ status }) => <Badge state={`${kind}_${status}`} text={states[status]} /> }
  ]
  return columns
}

export const Returns = ({ query }: { readonly query: URLSearchParams }) => {
  const store = useStore()
  const status = stateIn(query, say.states)
  const returns = usePaged((page) =>
    call("returns.list", { query: { limit: 25, ...(status === undefined ? {} : { status }), ...page } }), status ?? "")
  return (
    <Page title={words.sections.returns}>
      <BothTabs now="returns" />
      <StateFilter path={["returns"]} query={query} states={say.states} />
      <Listing
        of={returns}
        label={words.sections.returns}
        none={say.none}
        keyOf={({ id }) => id}
        columns={[
          ...columnsOf("return", say, store),
          { title: say.owed, class: "number wide-only", cell: ({ owed }) => owed.amount === 0 ? "" : Format.money(owed) }
        ]}
      />
    </Page>
  )
}

export const Claims = ({ query }: { readonly query: URLSearchParams }) => {
  const store = useStore()
  const status = stateIn(query, words.claims.states)
  const claims = usePaged((page) =>
    call("claims.list", { query: { limit: 25, ...(status === undefined ? {} : { status }), ...page } }), status ?? "")
  return (
    <Page title={words.claims.title}>
      <BothTabs now="claims" />
      <StateFilter path={["claims"]} query={query} states={words.claims.states} />
      <Listing
        of={claims}
        label={words.claims.title}
        none={words.claims.none}
        keyOf={({ id }) => id}
        columns={columnsOf("claim", words.claims, store)}
      />
    </Page>
  )
}
