/**
 * Redirects: addresses of the shop that lead somewhere else.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

export const RedirectId = Id.define("redir", "RedirectId")
export type RedirectId = typeof RedirectId.Type

/** For good (301, 308) or for now (302, 307); 307 and 308 keep the method of the request (RFC 9110, 15.4). */
export const RedirectStatus = Schema.Literals([301, 302, 307, 308])
export type RedirectStatus = typeof RedirectStatus.Type

const redirectFields = {
  /** A path of the shop, `/old-mugs`, without a query. */
  from: text(2_000),
  /** A path of the shop with or without a query, or a whole address of a host that the store allows. */
  to: text(2_000),
  status: RedirectStatus
} as const

export const Redirect = Schema.Struct({
  id: RedirectId,
  ...redirectFields,
  /** How often it was followed, counted some seconds later. */
  hits: Schema.Int,
  lastHitAt: Schema.NullOr(Timestamp),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Redirect" })
export interface Redirect extends Schema.Schema.Type<typeof Redirect> {}

/** A new redirect, for good unless it says otherwise. */
export const CreateRedirect = Schema.Struct({
  from: redirectFields.from,
  to: redirectFields.to,
  status: Schema.optionalKey(RedirectStatus)
}).annotate({ identifier: "CreateRedirect" })

/** Changes to a redirect; what is left out stays. */
export const UpdateRedirect = Schema.Struct({
  from: Schema.optionalKey(redirectFields.from),
  to: Schema.optionalKey(redirectFields.to),
  status: Schema.optionalKey(RedirectStatus),
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateRedirect" })

/** By what they lead away from. */
export const ListRedirects = Schema.Struct({
  ...Page.PageRequest,
  /** Only those from paths that begin so. */
  from: Schema.optionalKey(text(2_000))
}).annotate({ identifier: "ListRedirects" })
export interface ListRedirects extends Schema.Schema.Type<typeof ListRedirects> {}

/** Where somebody is to go instead. */
export const Resolved = Schema.Struct({ to: Schema.String, status: RedirectStatus }).annotate({ identifier: "ResolvedRedirect" })
export interface Resolved extends Schema.Schema.Type<typeof Resolved> {}

/** What became of a file of redirects. */
export const RedirectImport = Schema.Struct({
  lines: Schema.Int,
  created: Schema.Int,
  updated: Schema.Int,
  unchanged: Schema.Int,
  failed: Schema.Int,
  /** The first of them. */
  failures: Schema.Array(Schema.Struct({ line: Schema.Int, message: Schema.String }))
}).annotate({ identifier: "RedirectImport" })
export interface RedirectImport extends Schema.Schema.Type<typeof RedirectImport> {}

/** So many a store may have. */
export const maximumRedirects = 100_000

/** So many a file may bring. */
export const maximumImported = 20_000
