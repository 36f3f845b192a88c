/**
 * How the shop does, and what waits for somebody.
 */
import { useMemo } from "preact/hooks"
import { call } from "../api/Api.ts"
import * as Format from "../api/Format.ts"
import type { Answer } from "../api/Operations.ts"
import { Badge } from "../parts/Badge.tsx"
import { Chart, type Point } from "../parts/Chart.tsx"
import { Loaded, useLoaded } from "../parts/Loaded.tsx"
import { May } from "../parts/May.tsx"
import { onDemand } from "../parts/OnDemand.tsx"
import { Page } from "../parts/Page.tsx"
import { link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"

const FirstSteps = onDemand(async () => (await import("./FirstSteps.tsx")).FirstSteps)

const say = words.home

const LiveFeed = onDemand(async () => (await import("./LiveFeed.tsx")).LiveFeed)

type Period = Answer<"analytics.dashboard">["today"]
type Figures = Period["figures"][number]

/** The figures in one currency: a shop that sold nothing in it has none. */
const inCurrency = ({ figures }: Period, currency: string): Figures | undefined =>
  figures.find((figure) => figure.currency === currency)

const Figure = ({ change, hint, label, value }: {
  readonly label: string
  readonly value: string
  readonly change?: string | undefined
  readonly hint?: string | undefined
}) => (
  <div class="figure">
    <dt>{label}</dt>
    <dd>
      <strong>{value}</strong>
      {change === undefined ? null : <span class={`change ${change.startsWith("-") || change.startsWith("−") ? "down" : "up"}`}>{change}</span>}
      {hint === undefined ? null : <span class="hint">{hint}</span>}
    </dd>
  </div>
)

const FiguresOf = ({ currency, dashboard }: { readonly currency: string; readonly dashboard: Answer<"analytics.dashboard"> }) => {
  const [today, month, before] = [dashboard.today, dashboard.month, dashboard.monthBefore].map((period) => inCurrency(period, currency))
  const none = { amount: 0, currency }
  const money = (figures: Figures | undefined, of: "total" | "averageOrder") => Format.money(figures?.[of] ?? none)
  return (
    <section aria-label={say.figures} class="figures">
      <dl class="card">
        <Figure label={say.revenueToday} value={money(today, "total")} />
        <Figure label={say.ordersToday} value={Format.number(today?.orders ?? 0)} />
        <Figure
          label={say.revenueMonth}
          value={money(month, "total")}
          change={Format.change(month?.total.amount ?? 0, before?.total.amount ?? 0)}
          hint={say.versus(money(before, "total"))}
        />
        <Figure
          label={say.ordersMonth}
          value={Format.number(month?.orders ?? 0)}
          change={Format.change(month?.orders ?? 0, before?.orders ?? 0)}
          hint={say.versus(Format.number(before?.orders ?? 0))}
        />
        <Figure label={say.averageMonth} value={money(month, "averageOrder")} />
        <Figure label={say.newCustomersMonth} value={Format.number(month?.firstOrders ?? 0)} />
      </dl>
    </section>
  )
}

const Sales = ({ currency, trends }: { readonly currency: string; readonly trends: Answer<"analytics.trends"> }) => {
  const points = useMemo(
    (): ReadonlyArray<Point> =>
      trends.periods.map((period) => ({
        label: Format.day(period.from, { timeZone: trends.timeZone }),
        value: inCurrency(period, currency)?.total.amount ?? 0
      })),
    [trends, currency]
  )
  const amount = (value: number) => ({ amount: Math.round(value), currency })
  return (
    <>
      <Chart
        label={say.salesPicture}
        points={points}
        short={(value) => Format.shortMoney(amount(value))}
        written={(value) => Format.money(amount(value))}
      />
      <details>
        <summary>{say.asTable}</summary>
        <div class="scrolls">
          <table>
            <thead>
              <tr>
                <th scope="col">{say.day}</th>
                <th scope="col" class="number">{say.revenue}</th>
              </tr>
            </thead>
            <tbody>
              {points.map(({ label, value }) => (
                <tr key={label}>
                  <td>{label}</td>
                  <td class="number">{Format.money(amount(value))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  )
}

/** Orders of a status are counted up to here. */
const countedOrders = 1_000

const ToDo = ({ dashboard }: { readonly dashboard: Answer<"analytics.dashboard"> }) => {
  const open = dashboard.openOrders as Readonly<Record<string, number>>
  const orders = (text: string, status: string): readonly [string, number, string, boolean] => {
    const count = open[status] ?? 0
    return [text, count, link(["orders"], { status }), count >= countedOrders]
  }
  const all: ReadonlyArray<readonly [string, number, string, boolean?]> = [
    orders(say.toFulfil, "paid"),
    orders(say.underWay, "processing"),
    orders(say.unpaid, "pending"),
    orders(say.onHold, "on_hold"),
    [say.pendingReviews, dashboard.pendingReviews, link(["reviews"])],
    [say.returns, dashboard.requestedReturns, link(["returns"])]
  ]
  const waiting = all.filter(([, count]) => count > 0)
  return (
    <section class="card">
      <h2>{say.toDo}</h2>
      {waiting.length === 0 ? <p class="muted">{say.nothing}</p> : (
        <ul class="rows">
          {waiting.map(([text, count, to, orMore]) => (
            <li key={text}>
              <a href={to}>{text}</a>
              <strong class="number">{Format.number(count)}{orMore === true ? "+" : ""}</strong>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const LatestOrders = () => {
  const store = useStore()
  const orders = useLoaded(() => call("adminOrders.list", { query: { limit: 6 } }), "latest")
  return (
    <section class="card">
      <h2>{say.latest}</h2>
      <Loaded of={orders}>
        {({ items }) =>
          items.length === 0 ? <p class="muted">{words.shell.none}</p> : (
            <ul class="rows">
              {items.map((order) => (
                <li key={order.id}>
                  <span>
                    <a href={link(["orders", order.id])}>{words.orders.number} {order.number}</a>
                    <span class="muted small">{Format.time(order.placedAt, store)}</span>
                  </span>
                  <Badge state={order.status} text={words.order.states[order.status]} />
                  <strong class="number">{Format.money(order.total)}</strong>
                </li>
              ))}
            </ul>
          )}
      </Loaded>
      <p><a href={link(["orders"])}>{say.allOrders}</a></p>
    </section>
  )
}

/** The days that a time is made of, both of which belong to it; it ends before its last moment. */
interface Days {
  readonly from: string
  readonly to: string
}

const daysOf = ({ from, to }: Period, timeZone: string): Days => ({
  from: Format.calendarDay(Date.parse(from), { timeZone }),
  to: Format.calendarDay(Date.parse(to) - 1, { timeZone })
})

const TopProducts = ({ from, to }: Days) => {
  const top = useLoaded(() => call("analytics.topOfDashboard", { query: { from, to, by: "revenue", limit: 6 } }), from)
  return (
    <section class="card">
      <h2>{say.top}</h2>
      <Loaded of={top}>
        {({ items }) =>
          items.length === 0 ? <p class="muted">{say.noSales}</p> : (
            <ul class="rows">
              {items.map((item) => (
                <li key={`${item.variantId}${item.revenue.currency}`}>
                  <span>
                    <a href={link(["products", item.productId])}>{item.title}</a>
                    <span class="muted small">{say.pieces(item.quantity)}</span>
                  </span>
                  <strong class="number">{Format.money(item.revenue)}</strong>
                </li>
              ))}
            </ul>
          )}
      </Loaded>
    </section>
  )
}

const SalesOf = ({ currency, from, to }: Days & { readonly currency: string }) => {
  const trends = useLoaded(() => call("analytics.trends", { query: { from, to, bucket: "day" } }), from)
  return (
    <section class="card wide">
      <h2>{say.sales}</h2>
      <p class="muted small">{say.salesHint}</p>
      <Loaded of={trends}>{(value) => <Sales trends={value} currency={currency} />}</Loaded>
    </section>
  )
}

const Overview = () => {
  const store = useStore()
  const dashboard = useLoaded(() => call("analytics.dashboard"), "now")
  return (
    <>
      <Loaded of={dashboard}>
        {(value) => {
          const currency = store.currency ?? value.month.figures[0]?.currency ?? "USD"
          const days = daysOf(value.month, value.timeZone)
          return (
            <>
              {value.month.figures.length === 0 && store.may("settings:read") && store.may("catalog:read") ? <FirstSteps /> : null}
              <FiguresOf dashboard={value} currency={currency} />
              <div class="columns">
                <SalesOf {...days} currency={currency} />
                <ToDo dashboard={value} />
              </div>
              <div class="columns even">
                <May to="orders:read"><LatestOrders /></May>
                <TopProducts {...days} />
              </div>
              <LiveFeed />
            </>
          )
        }}
      </Loaded>
    </>
  )
}

export const Home = () => (
  <Page title={say.title}>
    {useStore().may("analytics:read") ? <Overview /> : <May to="orders:read"><LatestOrders /></May>}
  </Page>
)
