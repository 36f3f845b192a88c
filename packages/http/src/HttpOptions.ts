/**
 * How an engine is served.
 */
import type * as Duration from "effect/Duration"
import type { AdminPage } from "./AdminPage.ts"
import type { LinkPagesOptions } from "./LinkPages.ts"

/** So many requests in a window of time, over all processes on one storage. They come back evenly over the window. */
export interface Limit {
  readonly limit: number
  readonly window: Duration.Input
}

export interface RateLimitOptions {
  /**
   * For each network address (of IPv6: each /64). 600 a minute if not given; `false` for none. Each process counts by
   * itself and tells the others of every twentieth part.
   */
  readonly address?: Limit | false
  /**
   * For each signed-in customer, member of staff and API key. 1,200 a minute if not given; `false` for none. Counted as
   * addresses are.
   */
  readonly actor?: Limit | false
  /**
   * For each network address on routes that take passwords or tokens. 30 a minute if not given; `false` for none. All
   * processes together let in exactly so many, and none where the storage does not answer.
   */
  readonly sensitive?: Limit | false
}

export interface CorsOptions {
  /** The origins whose pages may call, such as `"https://shop.example"`. */
  readonly origins: ReadonlyArray<string>
  /** Whether pages may send the cart's cookie. */
  readonly credentials?: boolean
  /** For how long browsers may keep the answer to a preflight; ten minutes if not given. */
  readonly maxAge?: Duration.Input
}

export interface BodyLimits {
  /** Bytes of an ordinary body; one mebibyte if not given. */
  readonly json?: number
  /** Bytes of a body that is read while it arrives, such as an import; 256 mebibytes if not given. */
  readonly stream?: number
}

/** Answers that go on while things happen, such as the events of an order. */
export interface LiveOptions {
  /** How many each caller may have open at the same time in this process; ten if not given. */
  readonly perCaller?: number
  /** How many there may be at the same time in this process; a thousand if not given. */
  readonly atOnce?: number
  /** How often it is looked whether the caller may still read; every 5 seconds if not given. */
  readonly checkEvery?: Duration.Input
  /** When each ends, whereupon the reader comes back; 15 minutes if not given. */
  readonly lifetime?: Duration.Input
}

/** One line of the access log. Holds no query, no token, no address, no name. */
export interface AccessLogEntry {
  readonly method: string
  /** The route's pattern, such as `"/api/v1/orders/:id"`; `null` where there is none. */
  readonly route: string | null
  readonly status: number
  readonly millis: number
  readonly requestId: string
  /** Who called: `"guest"`, `"customer:user_..."`, `"staff:key_..."`; `null` where nobody asked. */
  readonly actor: string | null
  /** The code of the problem, where it is one. */
  readonly code: string | null
}

export interface HttpOptions {
  /** What the paths of the API begin with; `/api/v1` if not given. */
  readonly prefix?: string
  /**
   * Where the API is found from outside, up to its prefix, for its document: `"https://shop.example"`, or `"/shop"` for a
   * handler that is mounted there. `/` if not given.
   */
  readonly publicUrl?: string
  readonly bodyLimits?: BodyLimits
  readonly live?: LiveOptions
  /** `false` switches all limits off. */
  readonly rateLimits?: RateLimitOptions | false
  /** Pages of other origins may call. Off if not given. */
  readonly cors?: CorsOptions
  /**
   * Networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, in CIDR notation: `["10.0.0.0/8"]`. None if
   * not given.
   */
  readonly trustedProxies?: ReadonlyArray<string>
  /** Who calls, for hosts that hand over a `Request` and know the network address from elsewhere. */
  readonly clientAddress?: (request: Request) => string | undefined
  /** Tells browsers to use HTTPS only. Off if not given; `true` is a year. */
  readonly strictTransportSecurity?: boolean | { readonly maxAge: Duration.Input; readonly includeSubDomains?: boolean }
  /** Lines of the access log as JSON on standard output (the default), to a function, or none. */
  readonly accessLog?: boolean | ((entry: AccessLogEntry) => void)
  /** Who may read `/metrics`: everybody who reaches it (the default), staff with `health:read`, or nobody. */
  readonly metrics?: "public" | "staff" | false
  /**
   * Pages for the links in messages, at `/auth/links/sign-in`, `/auth/links/confirm-email` and
   * `/auth/links/reset-password`: point `identity.links` there. None if not given, for shops that have pages of their own.
   */
  readonly links?: LinkPagesOptions
  /**
   * The page on which the shop is run, at `/admin`: `adminPage()` of `@stoa/admin`. None if not given.
   */
  readonly admin?: AdminPage
  /**
   * Whether who asks (`GET`, `HEAD`) for an address that nothing is at is led on by the redirects of the store: for hosts whose pages are
   * served beside the API. A host that is passed what this server does not serve is passed it only where there is no redirect. No if
   * not given.
   */
  readonly redirects?: boolean
  /**
   * Whether `/robots.txt`, `/sitemap.xml` and its parts at `/sitemaps/` are served, for what the setting `storefrontUrl` says is the
   * shop. They belong to the root of the shop's host. No if not given.
   */
  readonly sitemap?: boolean
  /** Whether there is a page with the document of the API at `/docs`; yes if not given. */
  readonly docs?: boolean
}
