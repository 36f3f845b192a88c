/**
 * What happens in the shop now: told while somebody looks, gone on with after the connection was cut, and resting while the page
 * is hidden.
 */
import { useEffect, useRef, useState } from "preact/hooks"
import { followShop } from "../api/Follow.ts"
import * as Format from "../api/Format.ts"
import { from } from "../api/Problem.ts"
import { Badge, type Tone } from "../parts/Badge.tsx"
import { link } from "../parts/Router.ts"
import { useStore } from "../parts/Store.ts"
import { words } from "../words/Words.ts"

const say = words.live

/** What the feed tells, as the API documents it: streams have no type in the client. */
interface Entry {
  readonly id: string
  readonly type: string
  readonly at: string
  readonly orderId: string | null
  readonly number: number | null
  readonly amount: Format.Money | null
  readonly variantId: string | null
  readonly available: number | null
  readonly productId: string | null
  readonly rating: number | null
  readonly title: string | null
}

type State = "begins" | "live" | "cut" | "paused" | "ended"

/** So many are shown, the newest first. */
const shown = 20
/** What comes within this time is shown and said together. */
const together = 400
/** How long one waits before one asks again, the longer the more often it failed. */
const patience = (failures: number): number => Math.min(30_000, 1_000 * 2 ** failures)

const texts: Readonly<Record<string, string>> = say.types

const tones: Readonly<Record<string, Tone>> = {
  "order.paid": "good",
  "payment.captured": "good",
  "order.placed": "busy",
  "review.written": "busy",
  "stock.low": "waits",
  "stock.back": "good",
  "order.payment_failed": "bad",
  "payment.failed": "bad",
  "dispute.opened": "bad"
}

const addressOf = ({ orderId, type, variantId }: Entry, may: (permission: string) => boolean): string | undefined => {
  if (orderId !== null && may("orders:read")) return link(["orders", orderId])
  if (variantId !== null && may("inventory:read")) return link(["stock"], { variantId })
  return type === "review.written" && may("reviews:read") ? link(["reviews"]) : undefined
}

const whatOf = ({ number, title }: Entry): string => number !== null ? `${words.orders.number} ${number}` : title ?? ""

const detailOf = ({ amount, available, rating }: Entry): string =>
  amount !== null ? Format.money(amount) : available !== null ? say.left(available) : rating !== null ? words.reviews.stars(Format.number(rating)) : ""

export const LiveFeed = () => {
  const store = useStore()
  const [entries, tell] = useState<ReadonlyArray<Entry>>([])
  const [state, be] = useState<State>("begins")
  const [said, announce] = useState("")
  const [resting, rest] = useState(false)
  const last = useRef<string | undefined>(undefined)
  const began = useRef(false)

  useEffect(() => {
    if (resting) {
      be("paused")
      return undefined
    }
    let stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let flush: ReturnType<typeof setTimeout> | undefined
    let news: Array<Entry> = []
    let failures = 0

    const show = () => {
      flush = undefined
      const fresh = news
      news = []
      tell((before) => [...[...fresh].reverse(), ...before].slice(0, shown))
      // what was before somebody came is read, not said
      const newest = fresh.at(-1)
      if (began.current && newest !== undefined) announce(say.news(fresh.length, [texts[newest.type], whatOf(newest), detailOf(newest)].filter((text) => text).join(" · ")))
      began.current = true
    }
    const listen = async () => {
      const mine = stop
      try {
        await followShop({
          after: last.current,
          signal: mine.signal,
          onBegin: () => {
            failures = 0
            be("live")
            flush ??= setTimeout(show, together)
          },
          onTold: ({ data, id }) => {
            last.current = id
            // what a newer shop tells may be of a kind that has no words yet
            if ((data as Entry).type in texts) news.push(data as Entry)
            flush ??= setTimeout(show, together)
          }
        })
      } catch (error) {
        if (mine.signal.aborted) return
        const problem = from(error)
        if (problem.status === 401 || problem.status === 403) {
          be("ended")
          return
        }
        failures++
      }
      if (mine.signal.aborted) return
      be(failures === 0 ? "live" : "cut")
      timer = setTimeout(() => void listen(), patience(failures))
    }
    const look = () => {
      stop.abort()
      clearTimeout(timer)
      if (document.hidden) {
        be("paused")
        return
      }
      stop = new AbortController()
      failures = 0
      void listen()
    }
    const back = () => {
      if (!document.hidden) look()
    }
    document.addEventListener("visibilitychange", look)
    addEventListener("online", back)
    look()
    return () => {
      document.removeEventListener("visibilitychange", look)
      removeEventListener("online", back)
      stop.abort()
      clearTimeout(timer)
      clearTimeout(flush)
    }
  }, [resting])

  return (
    <section class="card stack" aria-labelledby="live">
      <div class="actions">
        <h2 id="live">{say.title}</h2>
        <Badge state={state} tone={state === "live" ? "good" : state === "cut" ? "waits" : "still"} text={say.states[state]} />
        <button type="button" class="quiet" onClick={() => rest(!resting)}>{resting ? say.goOn : say.pause}</button>
      </div>
      <p class="quiet-heading" role="status">{said}</p>
      {entries.length === 0 ? <p class="muted">{state === "begins" ? `${words.shell.loading} …` : say.nothing}</p> : (
        <ul class="rows scrolls" aria-label={say.title} tabIndex={0}>
          {entries.map((entry) => {
            const what = whatOf(entry)
            const to = addressOf(entry, store.may)
            return (
              <li key={entry.id}>
                <span>
                  {to === undefined ? what : <a href={to}>{what === "" ? say.look : what}</a>}
                  <span class="muted small below">{Format.time(entry.at, store)}</span>
                </span>
                <Badge state={entry.type} tone={tones[entry.type] ?? "still"} text={texts[entry.type] ?? entry.type} />
                <span class="number">{detailOf(entry)}</span>
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}
