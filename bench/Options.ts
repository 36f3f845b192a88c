/**
 * What is measured, and how much of it: `pnpm bench sqlite http --quick --seconds=2`.
 */
import { parseArgs } from "node:util"

/** The parts of the bench, in the order in which they run. */
export const suites = ["pricing", "pictures", "sqlite", "postgres", "http", "growth", "search", "figures", "process", "sign-ins", "gateways", "mails", "trackers"] as const
export type Suite = typeof suites[number]

export type Backend = "sqlite" | "postgres"

/** How much. Every one of them is a flag: `--seconds=2`. */
export interface Sizes {
  /** Products of the shop that operations are measured on. */
  readonly products: number
  /** Orders of the customer whose list is read. */
  readonly orders: number
  /** How often both sides take turns. */
  readonly rounds: number
  /** Milliseconds of each turn. */
  readonly millis: number
  /** Seconds of load for each figure over HTTP. */
  readonly seconds: number
  /** Seconds of the same load before, which do not count, as V8 compiles meanwhile what is used. */
  readonly warm: number
  /** Buyers who want the hot variant at once, and pieces that there are of it. */
  readonly buyers: number
  readonly stock: number
  /** Requests after which the server's memory is compared. */
  readonly requestsBefore: number
  readonly requestsAfter: number
  /** The largest catalogue and the largest number of orders of the growth curves, which begin at a thousand. */
  readonly growTo: number
  /** Calls for each point of the growth curves. */
  readonly samples: number
  /** Starts of the server, each in a process of its own. */
  readonly boots: number
  /** Seconds after which a server that nobody asks has calmed down. */
  readonly rest: number
  /** Passwords that come at once. */
  readonly logins: number
  /** Millions of pixels of a photo. */
  readonly megapixels: number
  /** Seconds that a slow gateway takes to answer. */
  readonly hang: number
  /** Mails that wait to be sent. */
  readonly mails: number
  /** Readers who follow orders at the same time. */
  readonly trackers: number
}

const full: Sizes = {
  products: 10_000,
  orders: 10_000,
  rounds: 9,
  millis: 150,
  seconds: 5,
  warm: 10,
  buyers: 300,
  stock: 100,
  requestsBefore: 1_000,
  requestsAfter: 100_000,
  growTo: 1_000_000,
  samples: 400,
  boots: 7,
  rest: 3,
  logins: 200,
  megapixels: 12,
  hang: 10,
  mails: 10_000,
  trackers: 1_000
}

const quick: Sizes = {
  products: 1_000,
  orders: 1_000,
  rounds: 5,
  millis: 30,
  seconds: 1,
  warm: 1,
  buyers: 300,
  stock: 100,
  requestsBefore: 500,
  requestsAfter: 5_000,
  growTo: 10_000,
  samples: 100,
  boots: 3,
  rest: 2,
  logins: 50,
  megapixels: 3,
  hang: 10,
  mails: 500,
  trackers: 100
}

export interface Options {
  readonly suites: ReadonlySet<Suite>
  /** The databases that `http`, `growth`, `search`, `figures`, `process`, `sign-ins`, `gateways`, `mails` and `trackers` are measured on. */
  readonly backends: ReadonlyArray<Backend>
  readonly sizes: Sizes
  /** Measures the sources instead of what is published. */
  readonly source: boolean
  /** Where the figures are written as JSON. */
  readonly out: string | undefined
  readonly quick: boolean
}

export const usage = `pnpm bench [suite...] [--quick] [--on=sqlite,postgres] [--source] [--out=file.json] [--<size>=<number>...]

suites   pricing   carts with promotions, as lines and promotions grow
         pictures  photos taken in, and their sizes
         sqlite    each operation of the engine beside the same statements on node:sqlite
         postgres  the same beside pg, and with 16 buyers at once
         http      the API under load beside a bare node:http server that answers the same bytes
         growth    lists, searches and orders while the tables grow
         search    the search, facets, typing errors and suggestions while the catalogue grows
         figures   the dashboard while orders grow, sums worked out anew, reviews written and read
         process   boot and memory of the server
         sign-ins  checks of access tokens, and many passwords at once
         gateways  webhooks a second, and buyers beside those of a gateway that takes ten seconds
         mails     queued mails by SMTP, with the process that sends them killed in the middle
         trackers  buyers who follow their orders live
         all of them if none is named

--quick  small sizes: a minute or two
--on     the databases of http, growth, search, figures, process, sign-ins, gateways, mails and trackers (both if not given)
--source measures the TypeScript sources rather than the JavaScript that is published
sizes    ${Object.entries(full).map(([name, value]) => `${name}=${value}`).join(" ")}
`

const isSuite = (name: string): name is Suite => (suites as ReadonlyArray<string>).includes(name)
const isBackend = (name: string): name is Backend => name === "sqlite" || name === "postgres"

/** Reads the command line; throws an `Error` with a sentence for what it does not know. */
export const parse = (args: ReadonlyArray<string>): Options => {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: "boolean" },
      source: { type: "boolean" },
      on: { type: "string" },
      out: { type: "string" },
      ...Object.fromEntries(Object.keys(full).map((name) => [name, { type: "string" }] as const))
    }
  })
  const unknown = positionals.find((name) => !isSuite(name))
  if (unknown !== undefined) throw new Error(`There is no suite ${unknown}: ${suites.join(", ")}`)
  const backends = typeof values["on"] === "string" ? values["on"].split(",") : ["sqlite", "postgres"]
  const strange = backends.find((name) => !isBackend(name))
  if (strange !== undefined) throw new Error(`There is no database ${strange}: sqlite, postgres`)
  const sizes = Object.fromEntries(
    Object.entries(values["quick"] === true ? quick : full).map(([name, value]) => {
      const given = (values as Record<string, unknown>)[name]
      if (given === undefined) return [name, value]
      if (!(Number(given) > 0)) throw new Error(`--${name} is not a number above zero`)
      return [name, Number(given)]
    })
  ) as unknown as Sizes
  return {
    suites: new Set(positionals.length === 0 ? suites : positionals.filter(isSuite)),
    backends: backends.filter(isBackend),
    sizes,
    source: values["source"] === true,
    out: typeof values["out"] === "string" ? values["out"] : undefined,
    quick: values["quick"] === true
  }
}
