/**
 * The frame in which the administration page shows a mail as it will look.
 *
 * **Details**
 *
 * The policy of the page forbids styles that stand in a document, of which mails are made, and whatever is framed without an
 * address of its own inherits that policy. So this is a document with an address, which takes the mail from the page that frames
 * it, once, and writes itself anew with it. The sandbox gives it an origin that nothing belongs to: no cookies, nothing that is
 * kept, no forms, no other windows. Nothing runs in it but the one script here, which is named by its hash, so what a mail would
 * run does not.
 */
import { createHash } from "node:crypto"

const script = "addEventListener(\"message\",({data,source})=>{if(source!==parent||typeof data!==\"string\")return;"
  + "document.open();document.write(data);document.close()},{once:true})"

export const html = `<!doctype html><html lang="en"><title>Mail</title><script>${script}</script></html>`

export const headers = {
  "cache-control": "no-store",
  "x-frame-options": "SAMEORIGIN",
  "content-security-policy": [
    "default-src 'none'",
    `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`,
    "style-src 'unsafe-inline'",
    "img-src 'self' https: data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "sandbox allow-scripts"
  ].join("; ")
}
