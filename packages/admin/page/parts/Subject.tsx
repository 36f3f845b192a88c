/**
 * What something was done to, with the way to its screen where it has one.
 */
import { link } from "./Router.ts"

/** The sections of what ids stand for, by what they begin with. */
const sections: Readonly<Record<string, string>> = {
  ord: "orders",
  drf: "drafts",
  ret: "returns",
  clm: "claims",
  prod: "products",
  coll: "collections",
  plist: "prices",
  hook: "webhooks"
}

export const Subject = ({ id }: { readonly id: string }) => {
  const [, prefix = ""] = /^([a-z]+)_[0-9a-z]{26}$/.exec(id) ?? []
  const section = Object.hasOwn(sections, prefix) ? sections[prefix] : undefined
  const said = <code class="small">{id}</code>
  return section === undefined ? said : <a href={link([section, id])}>{said}</a>
}
