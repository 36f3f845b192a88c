/**
 * All orders, found by words and narrowed by their states.
 */
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import { Badge } from "../parts/Badge.tsx"
import { Filters } from "../parts/Filters.tsx"
import { Page } from "../parts/Page.tsx"
import { Paged, usePaged } from "../parts/Paged.tsx"
import { link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"
import { OrderViews } from "./OrderViews.tsx"

const say = words.orders

type States = keyof typeof words.order.states
type Payments = keyof typeof words.order.payments
type Sendings = keyof typeof words.order.fulfilments

const one = <K extends string>(query: URLSearchParams, name: string, of: Readonly<Record<K, string>>): { [key: string]: K } => {
  const value = query.get(name) ?? ""
  return value in of ? { [name]: value as K } : {}
}

export const Orders = ({ query }: { readonly query: URLSearchParams }) => {
  const store = useStore()
  const search = query.get("search") ?? ""
  const tag = query.get("tag") ?? ""
  const [from, until] = ["placedFrom", "placedTo"].map((name) => query.get(name) ?? "")
  const asked = {
    limit: 25,
    ...(search === "" ? {} : { search }),
    ...(tag === "" ? {} : { tag }),
    ...one<States>(query, "status", words.order.states),
    ...one<Payments>(query, "paymentStatus", words.order.payments),
    ...one<Sendings>(query, "fulfilmentStatus", words.order.fulfilments),
    ...(from ? { placedFrom: Format.startOfDay(from, store) } : {}),
    ...(until ? { placedTo: Format.startOfDay(Format.dayAfter(until), store) } : {})
  }
  const orders = usePaged((page) => call("adminOrders.list", { query: { ...asked, ...page } }), String(query))
  return (
    <Page title={words.sections.orders}>
      <OrderViews query={query} />
      <Filters
        label={say.find}
        path={["orders"]}
        query={query}
        search={[
          { name: "search", label: say.search, type: "search" },
          { name: "tag", label: say.tag, type: "search" },
          { name: "placedFrom", label: say.from, type: "date" },
          { name: "placedTo", label: say.until, type: "date" }
        ]}
        choices={[
          { name: "status", label: say.state, choices: Object.entries(words.order.states) },
          { name: "paymentStatus", label: say.payment, choices: Object.entries(words.order.payments) },
          { name: "fulfilmentStatus", label: say.fulfilment, choices: Object.entries(words.order.fulfilments) }
        ]}
      />
      <section class="card" aria-label={words.sections.orders}>
        <Paged of={orders} none={say.none}>
          {(items) => (
            <table>
              <thead>
                <tr>
                  <th scope="col">{say.number}</th>
                  <th scope="col" class="wide-only">{say.placed}</th>
                  <th scope="col">{say.state}</th>
                  <th scope="col" class="wide-only">{say.payment}</th>
                  <th scope="col" class="wide-only">{say.fulfilment}</th>
                  <th scope="col" class="number">{say.total}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((order) => (
                  <tr key={order.id}>
                    <th scope="row">
                      <a href={link(["orders", order.id])}>{say.number} {order.number}</a>
                      <span class="muted small below">{order.email}</span>
                    </th>
                    <td class="wide-only">{Format.time(order.placedAt, store)}</td>
                    <td><Badge state={order.status} text={words.order.states[order.status]} /></td>
                    <td class="wide-only">{words.order.payments[order.paymentStatus]}</td>
                    <td class="wide-only">{words.order.fulfilments[order.fulfilmentStatus]}</td>
                    <td class="number">{Format.money(order.total)}</td>
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
