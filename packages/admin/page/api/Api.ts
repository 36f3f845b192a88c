/**
 * Calls of the REST API of the server that this page came from, with the session that the browser keeps in cookies.
 *
 * Whoever's session has ended is given a new one with the refresh token's cookie, once for all tabs; whoever has to prove
 * anew who they are is asked, and then the call is made again.
 */
import { type Answer, type Operation, operations, type Request } from "./Operations.ts"
import { Problem } from "./Problem.ts"

const base = new URL(
  `${document.querySelector<HTMLMetaElement>("meta[name=stoa-api]")?.content ?? "api/v1"}/`,
  location.href.split("#", 1)[0]
)

/** What is asked of whoever uses the page. */
export interface Asker {
  /** Lets them prove who they are; `false` if they would not. */
  prove: (secondFactor: boolean) => Promise<boolean>
  /** Lets them sign in again where they are, when their session has ended; `false` if they would not. */
  signIn: () => Promise<boolean>
  /** Tells them that they are signed out. */
  signedOut: () => void
}

export const asker: Asker = { prove: async () => false, signIn: async () => false, signedOut: () => {} }

/** Names an attempt, so that a request that is repeated does nothing twice. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")

interface Sent {
  readonly method: string
  readonly path: string
  readonly query?: object | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: BodyInit | undefined
}

export const urlOf = (path: string, query: object | undefined): URL => {
  const url = new URL(path.slice(1), base)
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== "") url.searchParams.set(name, String(value))
  }
  return url
}

export const read = async (response: Response): Promise<unknown> => {
  const text = await response.text()
  if (text === "") return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem(response.ok ? 0 : response.status, {})
  }
}

const fetched = async ({ body, headers, method, path, query }: Sent): Promise<unknown> => {
  const response = await fetch(urlOf(path, query), {
    method,
    headers: { ...headers, ...(path.startsWith("/auth/") ? { "stoa-session": "cookie" } : {}) },
    ...(body === undefined ? {} : { body })
  }).catch(() => {
    throw new Problem(0, {})
  })
  const answer = await read(response)
  if (!response.ok) throw new Problem(response.status, answer as Record<string, unknown> ?? {})
  return answer
}

const renewal = "stoa-admin-renewed"

/** When any tab last got a new session, as far as browsers keep such things. */
const renewals = {
  last: 0,
  read(): number {
    try {
      return Math.max(this.last, Number(localStorage.getItem(renewal) ?? 0))
    } catch {
      return this.last
    }
  },
  write(millis: number): void {
    this.last = millis
    try {
      localStorage.setItem(renewal, String(millis))
    } catch {
      // other tabs then get one of their own
    }
  }
}

/** Gets a new session with the refresh token's cookie. Tabs wait for each other, as such a token is good once. */
const renew = (since: number): Promise<void> => {
  const once = async () => {
    if (renewals.read() > since) return
    await fetched({ method: "POST", path: "/auth/refresh", headers: { "content-type": "application/json" }, body: "{}" })
    renewals.write(Date.now())
  }
  // browsers have locks on pages that came over HTTPS or from this machine
  return "locks" in navigator ? navigator.locks.request(renewal, once) : once()
}

let signingIn: Promise<boolean> | undefined

/** Lets whoever is there sign in again, once for all calls that wait for it. */
const signInAgain = (): Promise<boolean> =>
  signingIn ??= asker.signIn().then((done) => {
    if (done) renewals.write(Date.now())
    return done
  }).finally(() => {
    signingIn = undefined
  })

const ended = (problem: unknown): boolean => problem instanceof Problem && problem.status === 401

/** Asks, renews the session or lets the proof be given where that is what lacks, and asks again. */
export const asked = async <A,>(path: string, ask: () => Promise<A>): Promise<A> => {
  const began = Date.now()
  const again = async (problem: unknown): Promise<A> => {
    if (ended(problem) && !path.startsWith("/auth/")) {
      try {
        await renew(began)
      } catch (refused) {
        if (!ended(refused)) throw refused
        if (await signInAgain()) return ask()
        asker.signedOut()
        throw problem
      }
      return ask()
    }
    throw problem
  }
  const once = () => ask().catch(again)
  return once().catch(async (problem: unknown) => {
    if (!(problem instanceof Problem) || problem.code !== "step_up_required") throw problem
    if (!await asker.prove(problem.body["secondFactor"] === true)) throw problem
    return once()
  })
}

const sends = (sent: Sent): Promise<unknown> => asked(sent.path, () => fetched(sent))

const pathOf = (operation: Operation, params: Readonly<Record<string, string>>): string =>
  (operations[operation].split(" ")[1] ?? "/").replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ""))

/** The address of what is read by following a link, with the session that the browser keeps. */
export const addressOf = (operation: Operation, params: Readonly<Record<string, string>> = {}, query?: object): string =>
  urlOf(pathOf(operation, params), query).href

/** Calls an operation. POSTs have a key of their own unless one is given. */
export const call = async <K extends Operation>(
  operation: K,
  request: Request<K> | Record<string, never> = {},
  options: { readonly key?: string; readonly version?: number } = {}
): Promise<Answer<K>> => {
  const { params = {}, payload, query } = request as {
    readonly params?: Readonly<Record<string, string>>
    readonly query?: object
    readonly payload?: unknown
  }
  const [method = "GET"] = operations[operation].split(" ")
  const path = pathOf(operation, params)
  return await sends({
    method,
    path,
    query,
    headers: {
      ...(payload === undefined ? {} : { "content-type": "application/json" }),
      ...(method === "POST" ? { "idempotency-key": options.key ?? newKey() } : {}),
      ...(options.version === undefined ? {} : { "if-match": `"v${options.version}"` })
    },
    body: payload === undefined ? undefined : JSON.stringify(payload)
  }) as Answer<K>
}

/** Gives the shop a file to keep. What it is is looked at by the shop, whatever the browser thinks. */
export const upload = async (file: File, query: Request<"adminMedia.upload">["query"]): Promise<Answer<"adminMedia.upload">> => {
  const [method = "", path = ""] = operations["adminMedia.upload"].split(" ")
  return await sends({
    method,
    path,
    query,
    headers: { "content-type": file.type === "" ? "application/octet-stream" : file.type },
    body: file
  }) as Answer<"adminMedia.upload">
}

/** Asks for a file and does not take it: the shop writes some papers when they are asked for. */
export const written = (operation: Operation, params: Readonly<Record<string, string>>): Promise<void> =>
  asked(pathOf(operation, params), async () => {
    const response = await fetch(addressOf(operation, params)).catch(() => {
      throw new Problem(0, {})
    })
    if (!response.ok) throw new Problem(response.status, await read(response) as Record<string, unknown> ?? {})
    await response.body?.cancel()
  })

/** The address of a file that the API serves, from wherever this page is mounted; others stay as they are. */
export const fileAddress = (url: string): string => {
  const media = /^\/(?:.*\/)?(media\/[^/]+)$/.exec(url)
  return media?.[1] === undefined ? url : new URL(media[1], base).href
}
