/**
 * Where in the page somebody is: behind the `#` of the address, so that it works wherever the page is mounted.
 */
import { useEffect, useState } from "preact/hooks"
import { giveUp, isUnsaved, leaving } from "./Unsaved.ts"

export interface Place {
  /** `["orders", "ord_..."]`. */
  readonly path: ReadonlyArray<string>
  readonly query: URLSearchParams
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const placeOf = (hash: string): Place => {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2)
  return { path: path.split("/").filter((part) => part !== "").map(decoded), query: new URLSearchParams(query) }
}

const current = (): Place => placeOf(location.hash)

/** The address of a place. Parameters without a value are left out. */
export const link = (path: ReadonlyArray<string>, query: Readonly<Record<string, string | undefined>> = {}): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? "") !== "")
  const search = given.length === 0 ? "" : `?${new URLSearchParams(given)}`
  return `#/${path.map(encodeURIComponent).join("/")}${search}`
}

export const go = (address: string): void => {
  location.hash = address
}

/** Goes to a place without a step to come back to, as for filters. */
export const replace = (address: string): void => {
  history.replaceState(history.state, "", address)
  dispatchEvent(new HashChangeEvent("hashchange"))
}

export const usePlace = (): Place => {
  const [place, set] = useState(current)
  useEffect(() => {
    const changed = ({ newURL, oldURL }: HashChangeEvent) => {
      const before = oldURL === "" ? undefined : new URL(oldURL)
      const left = before !== undefined && placeOf(before.hash).path.join("/") !== current().path.join("/")
      if (!left || !isUnsaved()) return set(current())
      // one stays where one is until it is said that what was written may go
      history.replaceState(history.state, "", before.href)
      return leaving.ask(() => {
        giveUp()
        go(new URL(newURL).hash)
      })
    }
    addEventListener("hashchange", changed)
    return () => removeEventListener("hashchange", changed)
  }, [])
  return place
}
