/**
 * All orders, found by words and narrowed by their states.
 */
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import { Badge } from "../parts/Badge.tsx"
import { Filters } from "../parts/Filters.tsx"
import { Listing, Named } from "../parts/Listing.tsx"
import { Page } from "../parts/Page.tsx"
import { usePaged } from "../parts/Paged.tsx"
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
      <Listing
        of={orders}
        label={words.sections.orders}
        none={say.none}
        keyOf={({ id }) => id}
        columns={[
          {
            title: say.number,
            cell: ({ email, id, number }) => <Named below={email}><a href={link(["orders", id])}>{say.number} {number}</a></Named>
          },
          { title: say.placed, class: "wide-only", cell: ({ placedAt }) => Format.time(placedAt, store) },
          { title: say.state, cell: ({ status }) => <Badge state={status} text={words.order.states[status]} /> },
          { title: say.payment, class: "wide-only", cell: ({ paymentStatus }) => words.order.payments[paymentStatus] },
          { title: say.fulfilment, class: "wide-only", cell: ({ fulfilmentStatus }) => words.order.fulfilments[fulfilmentStatus] },
          { title: say.total, class: "number", cell: ({ total }) => Format.money(total) }
        ]}
      />
    </Page>
  )
}
