/**
 * What something was done to, with the way to its screen where it has one.
 */
import { words } from "../words/Words.ts"
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

export const Subject = ({ id, name }: {
  readonly id: string
  /** What it is called; its id is shown where nobody knows. */
  readonly name?: string | undefined
}) => {
  const [, prefix = ""] = /^([a-z]+)_[0-9a-z]{26}$/.exec(id) ?? []
  const section = Object.hasOwn(sections, prefix) ? sections[prefix] : undefined
  const said = name === undefined ? <code class="small">{id}</code> : <span title={id}>{prefix === "ord" ? `${words.orders.number} ${name}` : name}</span>
  return section === undefined ? said : <a href={link([section, id])}>{said}</a>
}
