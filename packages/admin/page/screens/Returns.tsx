/**
 * What buyers give back, and what went wrong on the way to them: what waits longest first.
 */
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import { Badge } from "../parts/Badge.tsx"
import { Filters } from "../parts/Filters.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { Tabs } from "../parts/Tabs.tsx"
import { words } from "../words/Words.ts"

const say = words.returns

export type ReturnStatus = keyof typeof say.states
export type ClaimStatus = keyof typeof words.claims.states

/** What people call something that has no number: the end of its id. */
export const shortOf = (id: string): string => id.slice(-6).toUpperCase()

export const pieces = (lines: ReadonlyArray<{ readonly quantity: number }>): string =>
  words.home.pieces(lines.reduce((sum, { quantity }) => sum + quantity, 0))

const BothTabs = ({ now }: { readonly now: "returns" | "claims" }) => (
  <Tabs
    label={say.both}
    now={link([now])}
    tabs={[[link(["returns"]), words.sections.returns], [link(["claims"]), words.claims.title]]}
  />
)

export const Returns = ({ query }: { readonly query: URLSearchParams }) => {
  const store = useStore()
  const chosen = query.get("status") ?? ""
  const status = chosen in say.states ? chosen as ReturnStatus : undefined
  const returns = usePaged((page) =>
    call("returns.list", { query: { limit: 25, ...(status === undefined ? {} : { status }), ...page } }), chosen)
  return (
    <Page title={words.sections.returns}>
      <BothTabs now="returns" />
      <Filters
        label={say.find}
        path={["returns"]}
        query={query}
        choices={[{ name: "status", label: words.orders.state, choices: Object.entries(say.states) }]}
      />
      <section class="card" aria-label={words.sections.returns}>
        <Paged of={returns} none={say.none}>
          {(items) => (
            <table>
              <thead>
                <tr>
                  <th scope="col">{say.one}</th>
                  <th scope="col" class="wide-only">{say.asked}</th>
                  <th scope="col">{words.orders.state}</th>
                  <th scope="col" class="number wide-only">{say.owed}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">
                      <a href={link(["returns", one.id])}>{say.one} {shortOf(one.id)}</a>
                      <span class="muted small below">
                        {[pieces(one.lines), ...new Set(one.lines.map(({ reason }) => say.reasons[reason]))].join(" · ")}
                      </span>
                    </th>
                    <td class="wide-only">{Format.time(one.createdAt, store)}</td>
                    <td><Badge state={`return_${one.status}`} text={say.states[one.status]} /></td>
                    <td class="number wide-only">{one.owed.amount === 0 ? "" : Format.money(one.owed)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Paged>
      </section>
    </Page>
  )
}

export const Claims = ({ query }: { readonly query: URLSearchParams }) => {
  const store = useStore()
  const chosen = query.get("status") ?? ""
  const status = chosen in words.claims.states ? chosen as ClaimStatus : undefined
  const claims = usePaged((page) =>
    call("claims.list", { query: { limit: 25, ...(status === undefined ? {} : { status }), ...page } }), chosen)
  return (
    <Page title={words.claims.title}>
      <BothTabs now="claims" />
      <Filters
        label={say.find}
        path={["claims"]}
        query={query}
        choices={[{ name: "status", label: words.orders.state, choices: Object.entries(words.claims.states) }]}
      />
      <section class="card" aria-label={words.claims.title}>
        <Paged of={claims} none={words.claims.none}>
          {(items) => (
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.claims.one}</th>
                  <th scope="col" class="wide-only">{say.asked}</th>
                  <th scope="col">{words.orders.state}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">
                      <a href={link(["claims", one.id])}>{words.claims.one} {shortOf(one.id)}</a>
                      <span class="muted small below">
                        {[pieces(one.lines), ...new Set(one.lines.map(({ reason }) => words.claims.reasons[reason]))].join(" · ")}
                      </span>
                    </th>
                    <td class="wide-only">{Format.time(one.createdAt, store)}</td>
                    <td><Badge state={`claim_${one.status}`} text={words.claims.states[one.status]} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Paged>
      </section>
    </Page>
  )
}
