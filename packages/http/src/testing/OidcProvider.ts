/**
 * A real OpenID Connect provider on this machine, and a server that speaks as GitHub does. Who signs in there is who the
 * test says.
 */
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Provider } from "oidc-provider"

export interface Visitor {
  readonly id: string
  readonly email?: string
  readonly emailVerified?: boolean
}

export const clientId = "shop"
export const clientSecret = "the secret of the shop at the provider"

/** A server of this machine that a test stops. */
export const listen = (handle: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer((request, response) => handle(request, response))
  return new Promise<{ readonly url: string; readonly close: () => Promise<void> }>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((closed) => {
            server.closeAllConnections()
            server.close(() => closed())
          })
      })
    })
  })
}

/** Goes where a browser would go, with its cookies, until it is sent to the shop; answers with that address. */
export const browse = async (start: string, shop: string): Promise<URL> => {
  const cookies = new Map<string, string>()
  let url = new URL(start)
  for (let step = 0; step < 12; step++) {
    if (url.href.startsWith(shop)) return url
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") }
    })
    await response.arrayBuffer()
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === "") cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = response.headers.get("location")
    if (location === null) throw new Error(`The provider answered ${response.status} and sends nowhere`)
    url = new URL(location, url)
  }
  throw new Error("The provider sends the browser in circles")
}

/** An OpenID Connect provider (`oidc-provider`). `claimsInToken`: it tells the address in the ID token, too. */
export const openIdProvider = async (callback: string, options: { readonly claimsInToken: boolean }) => {
  let visitor: Visitor | undefined
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end()
  const { close, url } = await listen((request, response) => handle(request, response))
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const provider = new Provider(url, {
    clients: [{
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [callback],
      token_endpoint_auth_method: "client_secret_post"
    }],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" } as never] },
    cookies: { keys: ["a key of the test"] },
    claims: { email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: !options.claimsInToken,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: "Ada Lovelace",
        ...(visitor?.email === undefined ? {} : { email: visitor.email, email_verified: visitor.emailVerified ?? true })
      })
    })
  })
  const answer = provider.callback()

  const interact = async (request: IncomingMessage, response: ServerResponse) => {
    const { params, prompt, session } = await provider.interactionDetails(request, response)
    if (visitor === undefined) {
      await provider.interactionFinished(request, response, { error: "access_denied" })
    } else if (prompt.name === "login") {
      await provider.interactionFinished(request, response, { login: { accountId: visitor.id } })
    } else {
      const grant = new provider.Grant({ accountId: session?.accountId ?? "", clientId })
      grant.addOIDCScope(String(params["scope"]))
      const grantId = await grant.save()
      await provider.interactionFinished(request, response, { consent: { grantId } })
    }
  }
  handle = (request, response) => {
    if (request.url?.startsWith("/interaction/") !== true) return void answer(request, response)
    interact(request, response).catch((error: unknown) => response.destroy(error as Error))
  }
  return {
    issuer: url,
    close,
    /** Who signs in there from now on; `undefined` for somebody who does not agree. */
    receives: (next: Visitor | undefined) => {
      visitor = next
    }
  }
}

/** A server that speaks as GitHub does: OAuth 2 with PKCE, and an API that tells who somebody is. */
export const gitHub = async () => {
  let visitor: { readonly id: unknown; readonly emails: unknown } = { id: 1, emails: [] }
  const codes = new Map<string, { readonly challenge: string; readonly redirect: string }>()
  const tokens = new Set<string>()
  const json = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body))
  }
  const { close, url } = await listen((request, response) => {
    const address = new URL(request.url ?? "/", "http://github.test")
    if (address.pathname === "/login/oauth/authorize") {
      const code = randomBytes(10).toString("hex")
      const asked = address.searchParams
      const redirect = asked.get("redirect_uri") ?? ""
      codes.set(code, { challenge: asked.get("code_challenge") ?? "", redirect })
      const back = new URL(redirect)
      back.searchParams.set("code", code)
      back.searchParams.set("state", asked.get("state") ?? "")
      response.writeHead(302, { location: back.href }).end()
    } else if (address.pathname === "/login/oauth/access_token") {
      let body = ""
      request.on("data", (chunk) => {
        body += String(chunk)
      })
      request.on("end", () => {
        const sent = new URLSearchParams(body)
        const known = codes.get(sent.get("code") ?? "")
        codes.delete(sent.get("code") ?? "")
        const challenge = createHash("sha256").update(sent.get("code_verifier") ?? "").digest("base64url")
        const right = known?.challenge === challenge && known.redirect === sent.get("redirect_uri")
          && sent.get("client_id") === clientId && sent.get("client_secret") === clientSecret
        // GitHub says what is wrong with a status of 200
        if (!right) return json(response, 200, { error: "bad_verification_code" })
        const token = `gho_${randomBytes(10).toString("hex")}`
        tokens.add(token)
        json(response, 200, { access_token: token, token_type: "bearer", scope: "read:user,user:email" })
      })
    } else {
      const token = /^Bearer (.+)$/i.exec(request.headers["authorization"] ?? "")?.[1] ?? ""
      if (!tokens.has(token) || request.headers["user-agent"] === undefined) return json(response, 401, {})
      if (address.pathname === "/user") return json(response, 200, { id: visitor.id, login: "ada", name: null })
      if (address.pathname === "/user/emails") return json(response, 200, visitor.emails)
      json(response, 404, {})
    }
  })
  return {
    url,
    close,
    receives: (next: typeof visitor) => {
      visitor = next
    }
  }
}
