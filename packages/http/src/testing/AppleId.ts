/**
 * A server that speaks as Apple's does: answers are posted by a form, clients show a secret that their team's key has
 * signed, and a name is told with the first sign-in only.
 *
 * @see https://developer.apple.com/documentation/signinwithapplerestapi
 */
import { type CryptoKey, exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose"
import { randomBytes } from "node:crypto"
import { listen } from "./OidcProvider.ts"
import type { ServerResponse } from "node:http"

export interface AppleVisitor {
  readonly sub: string
  readonly email?: string
  /** Apple has written it both ways. */
  readonly emailVerified?: boolean | string
  readonly isPrivate?: boolean | string
  /** What is told beside the answer; left out after the first sign-in. */
  readonly user?: string
}

/** What is wrong with an ID token. */
export type Forgery = "signature" | "audience" | "nonce" | "issuer" | "expired"

export const clientId = "com.example.shop"
export const teamId = "TEAM123456"
export const keyId = "KEY1234567"

/** What a browser posts after signing in: where to, and the fields. */
export interface PostedForm {
  readonly action: string
  readonly fields: Record<string, string>
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
const unescaped = (text: string) => text.replace(/&#(\d+);/g, (_whole, code) => String.fromCharCode(Number(code)))

/** Goes to the address that a sign-in begins with, and reads the form that the browser is told to post. */
export const visit = async (url: string): Promise<PostedForm> => {
  const answer = await fetch(url)
  const html = await answer.text()
  const inputs = Array.from(html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g))
  return {
    action: unescaped(/action="([^"]*)"/.exec(html)?.[1] ?? ""),
    fields: Object.fromEntries(inputs.map(([, name = "", value = ""]) => [unescaped(name), unescaped(value)]))
  }
}

export const appleId = async (teamsKey: CryptoKey) => {
  let visitor: AppleVisitor | undefined
  let forgery: Forgery | undefined
  const codes = new Map<string, { readonly nonce: string; readonly redirect: string; readonly visitor: AppleVisitor }>()
  const secrets: Array<string> = []
  const own = await generateKeyPair("RS256")
  const stranger = await generateKeyPair("RS256")

  const json = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body))
  }

  const idToken = ({ nonce, visitor }: { readonly nonce: string; readonly visitor: AppleVisitor }) => {
    const now = Math.floor(Date.now() / 1_000)
    return new SignJWT({
      nonce: forgery === "nonce" ? "another" : nonce,
      nonce_supported: true,
      ...(visitor.email === undefined ? {} : { email: visitor.email, email_verified: visitor.emailVerified ?? "true" }),
      ...(visitor.isPrivate === undefined ? {} : { is_private_email: visitor.isPrivate })
    })
      .setProtectedHeader({ alg: "RS256", kid: "apple" })
      .setIssuer(forgery === "issuer" ? "https://appleid.example" : url)
      .setAudience(forgery === "audience" ? "com.example.other" : clientId)
      .setSubject(visitor.sub)
      .setIssuedAt(now - (forgery === "expired" ? 7_200 : 0))
      .setExpirationTime(now + (forgery === "expired" ? -3_600 : 600))
      .sign((forgery === "signature" ? stranger : own).privateKey)
  }

  const token = async (response: ServerResponse, sent: URLSearchParams) => {
    const secret = sent.get("client_secret") ?? ""
    secrets.push(secret)
    const known = await jwtVerify(secret, teamsKey, {
      algorithms: ["ES256"],
      issuer: teamId,
      subject: clientId,
      audience: url,
      requiredClaims: ["exp", "iat"]
    }).catch(() => undefined)
    const lifetime = (known?.payload.exp ?? 0) - (known?.payload.iat ?? 0)
    if (known === undefined || known.protectedHeader.kid !== keyId || lifetime > 15_777_000) {
      return json(response, 400, { error: "invalid_client" })
    }
    const found = codes.get(sent.get("code") ?? "")
    codes.delete(sent.get("code") ?? "")
    if (found === undefined || found.redirect !== sent.get("redirect_uri") || sent.get("client_id") !== clientId) {
      return json(response, 400, { error: "invalid_grant" })
    }
    json(response, 200, {
      access_token: randomBytes(20).toString("hex"),
      token_type: "Bearer",
      expires_in: 3_600,
      refresh_token: randomBytes(20).toString("hex"),
      id_token: await idToken(found)
    })
  }

  const authorize = (response: ServerResponse, asked: URLSearchParams) => {
    const redirect = asked.get("redirect_uri") ?? ""
    const scopes = (asked.get("scope") ?? "").split(" ")
    if (scopes.some((scope) => !["openid", "email", "name"].includes(scope))) {
      return void response.writeHead(400).end("invalid_scope")
    }
    // who asks for a name or an address gets them by a form only
    if (asked.get("response_mode") !== "form_post" || asked.get("client_id") !== clientId) {
      return void response.writeHead(400).end("invalid_request")
    }
    const fields: Record<string, string> = { state: asked.get("state") ?? "" }
    if (visitor === undefined) fields["error"] = "user_cancelled_authorize"
    else {
      const code = randomBytes(20).toString("hex")
      codes.set(code, { nonce: asked.get("nonce") ?? "", redirect, visitor })
      fields["code"] = code
      if (visitor.user !== undefined) fields["user"] = visitor.user
    }
    const inputs = Object.entries(fields)
      .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    response.writeHead(200, { "content-type": "text/html" })
      .end(`<form method="post" action="${escaped(redirect)}">${inputs.join("")}</form>`)
  }

  const { close, url } = await listen((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://apple.test")
    if (pathname === "/.well-known/openid-configuration") {
      return json(response, 200, {
        issuer: url,
        authorization_endpoint: `${url}/auth/authorize`,
        token_endpoint: `${url}/auth/token`,
        jwks_uri: `${url}/auth/keys`,
        response_types_supported: ["code"],
        response_modes_supported: ["query", "fragment", "form_post"],
        subject_types_supported: ["pairwise"],
        id_token_signing_alg_values_supported: ["RS256"],
        token_endpoint_auth_methods_supported: ["client_secret_post"]
      })
    }
    if (pathname === "/auth/keys") {
      return void exportJWK(own.publicKey).then((key) =>
        json(response, 200, { keys: [{ ...key, kid: "apple", use: "sig", alg: "RS256" }] })
      )
    }
    if (pathname === "/auth/authorize") return void authorize(response, searchParams)
    let body = ""
    request.on("data", (chunk) => {
      body += String(chunk)
    })
    request.on("end", () => {
      token(response, new URLSearchParams(body)).catch((error: unknown) => response.destroy(error as Error))
    })
  })

  return {
    issuer: url,
    close,
    /** The client secrets that were shown. */
    secrets,
    /** Who signs in there from now on, with an ID token that holds or does not; `undefined` for who does not agree. */
    receives: (next: AppleVisitor | undefined, wrong?: Forgery) => {
      visitor = next
      forgery = wrong
    }
  }
}
