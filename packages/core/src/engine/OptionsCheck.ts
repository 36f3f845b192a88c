/**
 * What is wrong with the options of an engine, for programs that no type checker has read: a name that is written wrong must not
 * leave a shop without its gateway, its mail or its secret.
 */
import * as Currency from "../kernel/Currency.ts"
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

const isMissing = (value: Readonly<Record<string, unknown>>, name: string): boolean => typeof value[name] !== "function"

const gatewayMethods = ["create", "confirm", "retrieve", "capture", "cancel", "refund", "retrieveRefund", "list", "parseWebhook"] as const

/** What is missing of a gateway, which otherwise would be noticed when money is to move. */
const ofGateway = (gateway: unknown, at: number): ReadonlyArray<Fault> => {
  const fault = (message: string, ...path: ReadonlyArray<string>): Fault => ({ path: ["gateways", at, ...path], message })
  if (typeof gateway === "function") return [fault("is a function. Call it with its options, and give what it returns")]
  if (!isObject(gateway)) return [fault("is no gateway. Expected one such as stripe({ secretKey, webhookSecret }) of @stoa/adapter-stripe")]
  const { capabilities, name } = gateway
  const currencies = isObject(capabilities) ? capabilities["currencies"] : undefined
  const unknown = Array.isArray(currencies) ? currencies.filter((code) => typeof code !== "string" || !Currency.is(code)) : []
  return [
    // it is part of the address of its webhooks
    ...(typeof name === "string" && /^[a-z0-9][a-z0-9_-]{0,49}$/.test(name)
      ? []
      : [fault("Expected at most 50 lower-case letters, digits, - and _, such as \"stripe\"", "name")]),
    ...(currencies === "all" || Array.isArray(currencies)
      ? []
      : [fault("Expected what it can do, with currencies: \"all\" or a list such as [\"EUR\"]", "capabilities")]),
    ...(unknown.length === 0 ? [] : [fault(`holds what is no currency of ISO 4217: ${unknown.join(", ").slice(0, 100)}`, "capabilities", "currencies")]),
    ...gatewayMethods.filter((method) => isMissing(gateway, method)).map((method) => fault("is missing", method)),
    ...(isMissing(gateway, "setup") === isMissing(gateway, "retrieveSetup")
      ? []
      : [fault("is missing: setup and retrieveSetup come together", isMissing(gateway, "setup") ? "setup" : "retrieveSetup")])
  ]
}

const ofMailer = (mailer: unknown): ReadonlyArray<Fault> =>
  isObject(mailer) && typeof mailer["name"] === "string" && !isMissing(mailer, "send")
    ? []
    : [{ path: ["mailer"], message: "is no mailer. Expected one with name and send, such as smtp({ url, from }) of @stoa/adapter-mail", code: "not_an_object" }]

/** `undefined` for options that an engine can be made from. */
export const faultOf = (given: unknown): InvalidInput | undefined => {
  if (!isObject(given)) return InvalidInput.at([], `Expected options: createStoa({ storage: ... }) with a storage such as ${example}`, "not_an_object")
  const storage = ofStorage(given["storage"])
  const faults: ReadonlyArray<Fault> = [
    ...(storage === undefined ? [] : [{ path: ["storage"], message: storage }]),
    ...Object.entries(given).flatMap(([name, value]) => {
      if (!Object.hasOwn(options, name)) return [{ path: [name], message: "is not known here", code: "unknown_field" }]
      const isMany = options[name as keyof Names] === "list"
      return isMany && value !== undefined && !Array.isArray(value) ? [{ path: [name], message: "Expected array", code: "not_a_list" }] : []
    }),
    ...(Array.isArray(given["gateways"]) ? given["gateways"].flatMap(ofGateway) : []),
    ...(given["mailer"] === undefined ? [] : ofMailer(given["mailer"]))
  ]
  return faults.length === 0 ? undefined : new InvalidInput({ faults })
}
