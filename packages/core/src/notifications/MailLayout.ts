/**
 * How a mail looks: one column that fits a telephone, light or dark as its reader has it, without a picture that would
 * have to be loaded from somewhere. Mail programs know little of CSS, so the frame is a table, and colours that must be
 * right everywhere stand at the elements.
 */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\"": "&quot;",
  "'": "&#39;"
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)

const paragraph = (text: string): string => {
  const escaped = escapeHtml(text)
  if (/^https?:\/\/\S+$/.test(text)) return `<p><a href="${escaped}">${escaped}</a></p>`
  if (/^[0-9]{6}$/.test(text)) return `<p class="code">${escaped}</p>`
  return `<p>${escaped.replaceAll("\n", "<br>")}</p>`
}

/** A text as paragraphs; a link or a code that stands alone becomes one that can be pressed or read. */
export const paragraphs = (text: string): string => text.split(/\n{2,}/).map(paragraph).join("\n")

const style = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0;background:#f3f4f6;color:#111827;font-family:system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;-webkit-text-size-adjust:100%}
.frame{width:100%;border-collapse:collapse;background:#f3f4f6}
.sheet{width:100%;max-width:600px;margin:0 auto;border-collapse:separate;background:#ffffff;border-radius:8px}
.sheet>tbody>tr>td{padding:24px}
.shop{font-size:14px;font-weight:600;color:#4b5563;padding-bottom:0!important}
h1{font-size:22px;line-height:1.3;margin:0 0 16px}
p{margin:0 0 16px}
a{color:#1d4ed8;overflow-wrap:anywhere}
.button{display:inline-block;background:#1d4ed8;color:#ffffff!important;text-decoration:none;padding:12px 20px;border-radius:6px;font-weight:600}
.code{font-size:28px;letter-spacing:6px;font-weight:700}
.items{width:100%;border-collapse:collapse;margin:0 0 16px}
.items td{padding:8px 0;border-bottom:1px solid #e5e7eb;vertical-align:top}
.items td:last-child{text-align:right;white-space:nowrap;padding-left:16px}
.items .total td{font-weight:700;border-bottom:0}
.quiet{color:#4b5563;font-size:14px}
.footer{max-width:552px;margin:16px auto 0;font-size:13px;color:#4b5563}
@media (prefers-color-scheme:dark){
body,.frame{background:#111827!important;color:#f3f4f6!important}
.sheet{background:#1f2937!important}
.shop,.quiet,.footer{color:#d1d5db!important}
a{color:#93c5fd!important}
.button{background:#2563eb!important;color:#ffffff!important}
.items td{border-color:#374151!important}
}`.replaceAll("\n", "")

/**
 * A whole mail around a body, and below it a footer. A body that is a page of its own is left as it is, but for the
 * footer.
 */
export const page = (subject: string, body: string, shop = "", footer = ""): string =>
  /^\s*<!doctype/i.test(body)
    ? footer === "" ? body : body.replace(/(<\/body>[^]*)?$/i, (end) => `<div>${footer}</div>${end}`)
    : "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      + "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\">"
      + `<title>${escapeHtml(subject)}</title><style>${style}</style></head><body>`
      + "<table role=\"presentation\" class=\"frame\"><tbody><tr><td style=\"padding:16px\">"
      + "<table role=\"presentation\" class=\"sheet\"><tbody>"
      + (shop === "" ? "" : `<tr><td class="shop">${escapeHtml(shop)}</td></tr>`)
      + `<tr><td>${body}</td></tr></tbody></table>`
      + (footer === "" ? "" : `<div class="footer">${footer}</div>`)
      + "</td></tr></tbody></table></body></html>"
