/**
 * What is wrong with the options of an engine, for programs that no type checker has read: a name that is written wrong must not
 * leave a shop without its gateway, its mail or its secret.
 */
import { type Fault, InvalidInput } from "../kernel/Input.ts"
import type { StoaOptions } from "./Options.ts"

type Names = Readonly<Record<keyof StoaOptions<unknown, unknown, readonly []>, "list" | "one">>

/** Every option that there is, and whether it holds many. */
const options: Names = {
  storage: "one",
  store: "one",
  gateways: "list",
  fraud: "one",
  reviewScreening: "one",
  searchIndex: "one",
  mailer: "one",
  texts: "one",
  pushes: "one",
  documents: "one",
  reports: "list",
  media: "one",
  taxEngine: "one",
  carriers: "list",
  vatRegister: "one",
  webhooks: "one",
  templates: "one",
  plugins: "list",
  addressChecks: "list",
  on: "one",
  workers: "one",
  oauth: "one",
  identity: "one",
  riskAssessor: "one",
  placeLocator: "one",
  passwordBreaches: "one",
  secret: "one"
}

const example = "sqlite({ filename: \"shop.db\" }) of @stoa/adapter-sqlite"

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null

const ofStorage = (storage: unknown): string | undefined => {
  if (storage === undefined) return `is missing. It says where everything is kept: ${example}`
  if (!isObject(storage)) return `is no storage. Expected one such as ${example}`
  if (typeof storage["then"] === "function") return "is a promise. Wait for it with await"
  return typeof storage["layer"] === "function" ? undefined : `is no storage. Expected one such as ${example}`
}

/** `undefined` for options that an engine can be made from. */
export const faultOf = (given: unknown): InvalidInput | undefined => {
  if (!isObject(given)) return InvalidInput.at([], `Expected options: createStoa({ storage: ... }) with a storage such as ${example}`)
  const storage = ofStorage(given["storage"])
  const faults: ReadonlyArray<Fault> = [
    ...(storage === undefined ? [] : [{ path: ["storage"], message: storage }]),
    ...Object.entries(given).flatMap(([name, value]) => {
      if (!Object.hasOwn(options, name)) return [{ path: [name], message: "is not known here", code: "unknown_field" }]
      const isMany = options[name as keyof Names] === "list"
      return isMany && value !== undefined && !Array.isArray(value) ? [{ path: [name], message: "Expected array", code: "not_a_list" }] : []
    })
  ]
  return faults.length === 0 ? undefined : new InvalidInput({ faults })
}
