/**
 * The document of the page. It holds nothing but where things are: no script, no style, nothing of the shop.
 */
import type { AdminLinks } from "@stoa/http"

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** The document that loads the files of these names, and at once the parts that its script asks for first. */
export const document = (names: ReadonlyArray<string>, parts: ReadonlyArray<string>) => ({ api, assets }: AdminLinks): string => {
  const file = (ending: string) => escaped(`${assets}${names.find((name) => name.endsWith(ending) && !name.startsWith("part-")) ?? ""}`)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<meta name="stoa-api" content="${escaped(api)}">
<title>Stoa</title>
<link rel="icon" href="${file(".svg")}">
<link rel="stylesheet" href="${file(".css")}">
${parts.map((part) => `<link rel="modulepreload" href="${escaped(`${assets}${part}`)}">\n`).join("")}<script type="module" src="${file(".js")}"></script>
<body>
<div id="page"></div>
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
`
}
