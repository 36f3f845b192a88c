/**
 * Live answers of the API: server-sent events, read with the session that the browser keeps, which `EventSource` cannot renew.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import { asked, read, urlOf } from "./Api.ts"
import { operations } from "./Operations.ts"
import { Problem } from "./Problem.ts"

export interface Told {
  /** What to go on after. */
  readonly id: string
  readonly data: unknown
}

/** One event from its lines; a comment, as heartbeats are, tells nothing. */
const eventOf = (text: string): Told | undefined => {
  const lines = text.split("\n")
  const of = (name: string) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ""))
  const data = of("data")
  return data.length === 0 ? undefined : { id: of("id")[0] ?? "", data: JSON.parse(data.join("\n")) as unknown }
}

/**
 * Tells what happens in the shop, after an event or from lately, until the answer ends, as it does after a while. Fails with a
 * `Problem` where there is none, and with what `signal` was aborted with.
 */
export const followShop = async ({ after, onBegin, onTold, signal }: {
  readonly after: string | undefined
  readonly signal: AbortSignal
  readonly onBegin: () => void
  readonly onTold: (told: Told) => void
}): Promise<void> => {
  const path = operations["analytics.follow"].split(" ")[1] ?? ""
  const response = await asked(path, async () => {
    const response = await fetch(urlOf(path, undefined), {
      signal,
      headers: { accept: "text/event-stream", ...(after === undefined ? {} : { "last-event-id": after }) }
    }).catch(() => {
      signal.throwIfAborted()
      throw new Problem(0, {})
    })
    if (!response.ok) throw new Problem(response.status, await read(response) as Record<string, unknown> ?? {})
    return response
  })
  onBegin()
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader()
  let rest = ""
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      signal.throwIfAborted()
      throw new Problem(0, {})
    })
    if (done) return
    const events = (rest + value.replaceAll("\r", "")).split("\n\n")
    rest = events.pop() ?? ""
    for (const text of events) {
      const told = eventOf(text)
      if (told !== undefined) onTold(told)
    }
  }
}
