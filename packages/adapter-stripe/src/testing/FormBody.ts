/**
 * Reads what Stripe takes as the body of a request: form fields with brackets, such as `metadata[order]=1&expand[0]=x`.
 */

export type FormValue = string | FormFields | ReadonlyArray<string>
export interface FormFields {
  readonly [name: string]: FormValue
}

type Open = { [name: string]: string | Open }

const isList = (fields: Open): boolean => {
  const names = Object.keys(fields)
  return names.length > 0 && names.every((name, index) => name === String(index) || name === "")
}

const close = (value: string | Open): FormValue => {
  if (typeof value === "string") return value
  if (isList(value)) return Object.values(value).map(String)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, close(inner)]))
}

/** The fields of a form, nested as their brackets say. Lists hold text only. */
export const parse = (body: string): FormFields => {
  const root: Open = Object.create(null)
  for (const [key, value] of new URLSearchParams(body)) {
    const path = [key.replace(/\[.*$/, ""), ...Array.from(key.matchAll(/\[([^\]]*)\]/g), ([, name]) => name ?? "")]
    const last = path.pop() ?? ""
    let fields = root
    for (const name of path) {
      const inner = fields[name]
      fields = typeof inner === "object" ? inner : (fields[name] = Object.create(null) as Open)
    }
    fields[last] = value
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, close(value)]))
}
