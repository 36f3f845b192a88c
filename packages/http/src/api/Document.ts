/**
 * What the document of the API (OpenAPI 3.1) says beyond the shapes: who may call an operation, which headers it reads
 * and writes, and how queries are typed.
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import * as AnswerFields from "./AnswerFields.ts"
import { Operation, type Traits } from "./Operation.ts"
import * as Problem from "./Problem.ts"
import type { StoaApi } from "./StoaApi.ts"

type Json = Record<string, unknown>

const token = { type: "string", maxLength: 200 }

const header = (name: string, description: string, schema: Json) => ({
  name,
  in: "header",
  required: false,
  description,
  schema
})

const ref = (name: string) => ({ $ref: `#/components/parameters/${name}` })

const parameters = {
  IdempotencyKey: header(
    "Idempotency-Key",
    "Names this request, so that it can be sent again and nothing happens twice. A random value for each request; "
      + "answers are kept for a day.",
    { type: "string", minLength: 1, maxLength: 255 }
  ),
  IfMatch: header(
    "If-Match",
    "The ETag of what the change is based on. If it was changed since, nothing happens and the answer is 412.",
    { type: "string" }
  ),
  IfNoneMatch: header(
    "If-None-Match",
    "The ETag of what the caller has. If it is still the same, the answer is 304 without a body.",
    { type: "string" }
  ),
  AcceptLanguage: header(
    "Accept-Language",
    "The languages that the caller wants. Answered is in the first that the store speaks; `?language=` goes before it.",
    { type: "string", maxLength: 1000 }
  ),
  LastEventId: header(
    "Last-Event-ID",
    "The id of the last event that was received. The answer begins with the one after it.",
    token
  ),
  StoaCart: header("Stoa-Cart", "The token of a guest's cart. The cookie `stoa_cart` says the same.", token),
  StoaOrderToken: header("Stoa-Order-Token", "The token that lets a guest see their order.", token)
}

/** What every operation reads that answers with an object or a page of them. */
const fields = {
  name: "fields",
  in: "query",
  required: false,
  description: "The only fields that are answered, of a list those of its items: `id,title,variants.sku`. All of them if it is left out.",
  schema: { type: "string", minLength: 1, maxLength: 1000 }
}

const headers = {
  ContentLanguage: { description: "The language of the answer, where it is known.", schema: { type: "string" } },
  ETag: { description: "Names the state of what was answered.", schema: { type: "string" } },
  RequestId: { description: "The id of the request, as in the logs.", schema: { type: "string" } },
  RetryAfter: { description: "When to come back, in seconds.", schema: { type: "integer", minimum: 0 } },
  IdempotentReplayed: {
    description: "`true` if this is the answer to an earlier request with the same key.",
    schema: { type: "string", enum: ["true"] }
  },
  WwwAuthenticate: { description: "How to sign in.", schema: { type: "string" } },
  RateLimit: {
    description: "What is left of each limit, and when it is full again (draft-ietf-httpapi-ratelimit-headers).",
    schema: { type: "string" }
  }
}

const securitySchemes = {
  accessToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "What `POST /auth/login` gives to a customer or to staff."
  },
  secretKey: {
    type: "http",
    scheme: "bearer",
    description: "The secret of an API key, `sk_...`, for programs that work for the shop."
  },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "The same secret in a header of its own." },
  sessionCookie: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-stoa_session",
    description: "What a sign-in with `Stoa-Session: cookie` has a browser keep; for pages of the shop only."
  }
}

const security: Readonly<Record<Traits["access"], ReadonlyArray<Record<string, ReadonlyArray<string>>>>> = {
  none: [],
  guest: [{}, { accessToken: [] }, { sessionCookie: [] }, { secretKey: [] }, { apiKey: [] }],
  customer: [{ accessToken: [] }, { sessionCookie: [] }],
  staff: [{ accessToken: [] }, { sessionCookie: [] }, { secretKey: [] }, { apiKey: [] }]
}

const isRecord = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

/** Answers that every operation can give, which no schema of an endpoint says. */
const internalError = {
  description: "InternalError",
  content: { [Problem.contentType]: { schema: { $ref: "#/components/schemas/InternalErrorProblem" } } }
}

/** The types of query parameters instead of their text on the wire: a number is a number to whoever reads this. */
const queryTypes = (query: Schema.Top | undefined): Json => {
  if (query === undefined) return {}
  const { definitions, schema } = Schema.toJsonSchemaDocument(Schema.toType(query))
  const resolved = (value: unknown): unknown =>
    isRecord(value) && typeof value["$ref"] === "string"
      ? resolved(definitions[value["$ref"].slice(value["$ref"].lastIndexOf("/") + 1)])
      : value
  const object = resolved(schema)
  if (!isRecord(object) || !isRecord(object["properties"])) return {}
  return Object.fromEntries(Object.entries(object["properties"]).map(([name, type]) => [name, resolved(type)]))
}

/** `If-Match` is looked at before the operation, so no schema of its own says what a strange tag is answered with. */
const alsoPreconditionFailed = (response: Json): void => {
  const content = isRecord(response["content"]) ? response["content"][Problem.contentType] : undefined
  if (!isRecord(content) || !isRecord(content["schema"])) return
  const ref = { $ref: "#/components/schemas/PreconditionFailedProblem" }
  const before = content["schema"]
  content["schema"] = { anyOf: [...(Array.isArray(before["anyOf"]) ? before["anyOf"] as Array<unknown> : [before]), ref] }
}

interface Described {
  readonly traits: Traits
  readonly query: Schema.Top | undefined
  /** Whether a caller may name the fields that are answered. */
  readonly hasFields: boolean
}

const problemSchema = (status: number, code: string) => ({
  type: "object",
  required: ["type", "title", "status", "detail", "code", "requestId"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer", enum: [status] },
    detail: { type: "string" },
    code: { type: "string", enum: [code] },
    requestId: { type: "string" }
  }
})

/** A file in JSON is written to the wire as bytes, and is JSON to whoever reads or writes it. */
const filesAsJson = (body: Json): Json => {
  const content = body["content"]
  const file = isRecord(content) ? content["application/json"] : undefined
  return isRecord(content) && isRecord(file) && isRecord(file["schema"]) && file["schema"]["format"] === "binary"
    ? { ...body, content: { ...content, "application/json": { ...file, schema: {} } } }
    : body
}

const describe = (
  operation: Json,
  { hasFields, query, traits }: Described,
  method: string
): Json => {
  const types = queryTypes(query)
  const own: Array<unknown> = []
  for (const parameter of Array.isArray(operation["parameters"]) ? operation["parameters"] as Array<unknown> : []) {
    const type = isRecord(parameter) && parameter["in"] === "query" ? types[String(parameter["name"])] : undefined
    own.push(isRecord(type) ? Object.assign({}, parameter, { schema: type }) : parameter)
  }
  const more = [
    ...(hasFields ? [ref("Fields")] : []),
    ...(traits.idempotent === true || traits.doneOnce === true ? [ref("IdempotencyKey")] : []),
    ...(traits.conditional === true ? [ref("IfMatch")] : []),
    ...(traits.tagged === true && method === "get" ? [ref("IfNoneMatch")] : []),
    ...(traits.translated === true ? [ref("AcceptLanguage")] : []),
    ...(traits.live === true ? [ref("LastEventId")] : []),
    ...(traits.access === "guest" ? [ref("StoaCart"), ref("StoaOrderToken")] : [])
  ]
  const readsBody = operation["requestBody"] !== undefined || traits.body === "raw"
  const responses: Json = {}
  for (const [status, response] of Object.entries(isRecord(operation["responses"]) ? operation["responses"] : {})) {
    // an operation that reads no body cannot find fault with it
    if (!isRecord(response) || (!readsBody && (status === "413" || status === "415"))) continue
    if (status === "412" && traits.conditional === true) alsoPreconditionFailed(response)
    const good = status.startsWith("2")
    responses[status] = {
      ...filesAsJson(response),
      headers: {
        "X-Request-Id": { $ref: "#/components/headers/RequestId" },
        "RateLimit": { $ref: "#/components/headers/RateLimit" },
        ...(good && traits.tagged === true ? { ETag: { $ref: "#/components/headers/ETag" } } : {}),
        ...(good && traits.translated === true ? { "Content-Language": { $ref: "#/components/headers/ContentLanguage" } } : {}),
        ...(traits.idempotent === true
          ? { "Idempotent-Replayed": { $ref: "#/components/headers/IdempotentReplayed" } }
          : {}),
        ...(status === "401" ? { "WWW-Authenticate": { $ref: "#/components/headers/WwwAuthenticate" } } : {}),
        ...(status === "429" || status === "503" ? { "Retry-After": { $ref: "#/components/headers/RetryAfter" } } : {})
      }
    }
  }
  return {
    ...operation,
    ...(isRecord(operation["requestBody"]) ? { requestBody: filesAsJson(operation["requestBody"]) } : {}),
    ...(traits.permission === undefined
      ? {}
      : { description: `Needs the permission \`${traits.permission}\`.`, "x-permission": traits.permission }),
    parameters: [...own, ...more],
    security: security[traits.access],
    responses: {
      ...responses,
      ...(traits.tagged === true && method === "get" ? { 304: { description: "Not changed" } } : {}),
      500: internalError
    }
  }
}

/** A route of a plug-in, of which nothing more is known. */
export interface AddedRoute {
  readonly plugin: string
  readonly method: string
  readonly path: string
}

/** What the document says besides what the API itself says. */
export interface Surroundings {
  readonly publicUrl: string
  /** Asked when the document is made, after all plug-ins have added theirs. */
  readonly added: () => ReadonlyArray<AddedRoute>
}

/** The routes of plug-ins: that they are there, and whose they are. */
const addedPaths = (routes: ReadonlyArray<AddedRoute>, paths: Json): void => {
  for (const { method, path, plugin } of routes) {
    if (method === "*" || path.includes("*")) continue
    const name = path.replace(/:(\w+)/g, "{$1}")
    const item = isRecord(paths[name]) ? paths[name] : {}
    item[method.toLowerCase()] ??= {
      tags: [plugin],
      operationId: `${plugin}.${method.toLowerCase()}.${path.replace(/\W+/g, "_")}`,
      summary: `A route of the plug-in ${plugin}`,
      parameters: Array.from(path.matchAll(/:(\w+)/g), ([, parameter]) => ({
        name: parameter,
        in: "path",
        required: true,
        schema: { type: "string" }
      })),
      security: security.guest,
      responses: { default: { description: "What the plug-in answers, or a problem" } }
    }
    paths[name] = item
  }
}

const complete = (api: StoaApi, document: Json, { added, publicUrl }: Surroundings): Json => {
  const found = new Map<string, Described>()
  HttpApi.reflect(api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint, group }) => {
      found.set(`${group.identifier}.${endpoint.identifier}`, {
        traits: Context.get(endpoint.annotations, Operation),
        query: endpoint.query,
        hasFields: AnswerFields.of(endpoint) !== undefined
      })
    }
  })
  const paths: Json = {}
  for (const [path, item] of Object.entries(isRecord(document["paths"]) ? document["paths"] : {})) {
    const methods: Json = {}
    for (const [method, operation] of Object.entries(isRecord(item) ? item : {})) {
      const known = isRecord(operation) ? found.get(String(operation["operationId"])) : undefined
      methods[method] = isRecord(operation) && known !== undefined
        ? describe(operation, known, method)
        : operation
    }
    paths[path] = methods
  }
  const routes = added()
  addedPaths(routes, paths)
  const components = isRecord(document["components"]) ? document["components"] : {}
  return {
    ...document,
    servers: [{ url: publicUrl }],
    tags: [
      ...(Array.isArray(document["tags"]) ? document["tags"] as Array<unknown> : []),
      ...Array.from(new Set(routes.map(({ plugin }) => plugin)), (name) => ({ name, description: "A plug-in" }))
    ],
    paths,
    components: {
      ...components,
      schemas: {
        ...(isRecord(components["schemas"]) ? components["schemas"] : {}),
        InternalErrorProblem: problemSchema(500, "internal_error"),
        PreconditionFailedProblem: problemSchema(412, "precondition_failed")
      },
      securitySchemes,
      parameters: { ...parameters, Fields: fields },
      headers
    }
  }
}

/** The API with a complete document, for `OpenApi.fromApi` and whatever shows it. Clients need none of it. */
export const documented = (
  api: StoaApi,
  surroundings: Surroundings = { publicUrl: "/", added: () => [] }
): StoaApi => api.annotate(OpenApi.Transform, (document) => complete(api, document, surroundings))
