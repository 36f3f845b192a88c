/**
 * What redirects lead away from and to, each written in one way: so that a path is found however a browser spells it.
 */
import * as Result from "effect/Result"

/** A path of the shop as a browser would ask for it, without what stands behind it and without a slash at its end. */
export const pathOf = (text: string): Result.Result<string, string> => {
  if (!text.startsWith("/") || text.startsWith("//") || text.includes("\\")) return Result.fail("must be a path of the shop, such as /mugs")
  const url = URL.parse(text, "http://shop.invalid")
  // what is left of /..//elsewhere.example would lead there
  if (url === null || url.host !== "shop.invalid" || url.pathname.startsWith("//")) return Result.fail("must be a path of the shop, such as /mugs")
  const path = url.pathname.replace(/%[0-9a-f]{2}/g, (code) => code.toUpperCase())
  return Result.succeed(path.length > 1 ? path.replace(/\/+$/, "") || "/" : path)
}

/** What a path is left for: the path alone. */
export const fromOf = (text: string): Result.Result<string, string> =>
  /[?#]/.test(text) ? Result.fail("must be a path without a query") : pathOf(text)

/** Hosts that a store's redirects may lead to. */
export interface AllowedHosts {
  /** Where buyers see the shop. */
  readonly storefrontUrl: string | null
  readonly redirectHosts: ReadonlyArray<string>
}

/** Where a redirect leads: a path, or an address of a host that the store allows. An address of the shop's own becomes a path. */
export const toOf = (text: string, { redirectHosts, storefrontUrl }: AllowedHosts): Result.Result<string, string> => {
  if (text.startsWith("/")) {
    const rest = /[?#].*$/s.exec(text)?.[0] ?? ""
    const behind = rest === "" ? "" : (({ hash, search }) => `${search}${hash}`)(new URL(rest, "http://shop.invalid"))
    return Result.map(pathOf(text), (path) => `${path}${behind}`)
  }
  const url = /^https?:\/\//i.test(text) && !/[\s\\]/.test(text) ? URL.parse(text) : null
  if (url === null || url.username !== "" || url.password !== "") {
    return Result.fail("must be a path of the shop, or an address such as https://shop.example.com/mugs")
  }
  const own = storefrontUrl === null ? null : URL.parse(storefrontUrl)
  // whatever scheme is asked for, and wherever on its host the shop begins: from what paths lead away is seen from the host
  if (own !== null && url.host === own.host) return toOf(`${url.pathname}${url.search}${url.hash}`, { redirectHosts, storefrontUrl })
  return redirectHosts.some((host) => host.toLowerCase() === url.host)
    ? Result.succeed(url.href)
    : Result.fail(`leads to ${url.host}, which is none of the store's redirectHosts`)
}
