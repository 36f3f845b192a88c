/** The words of documents, by language. */
export interface Labels {
  readonly invoice: string
  readonly creditNote: string
  readonly packingSlip: string
  readonly number: string
  readonly date: string
  readonly order: string
  readonly corrects: string
  readonly to: string
  readonly item: string
  readonly quantity: string
  readonly price: string
  readonly amount: string
  readonly discount: string
  readonly shipping: string
  readonly net: string
  readonly total: string
  readonly credited: string
  readonly taxContained: string
  /** Between a tax rate and what it is charged on. */
  readonly taxOn: string
  readonly taxId: string
  readonly page: string
}

const en: Labels = {
  invoice: "Invoice",
  creditNote: "Credit note",
  packingSlip: "Packing slip",
  number: "Number",
  date: "Date",
  order: "Order",
  corrects: "Corrects",
  to: "To",
  item: "Item",
  quantity: "Quantity",
  price: "Price",
  amount: "Amount",
  discount: "Discount",
  shipping: "Shipping",
  net: "Net",
  total: "Total",
  credited: "Credited",
  taxContained: "contained",
  taxOn: "on",
  taxId: "Tax id",
  page: "Page"
}

const de: Labels = {
  invoice: "Rechnung",
  creditNote: "Gutschrift",
  packingSlip: "Lieferschein",
  number: "Nummer",
  date: "Datum",
  order: "Bestellung",
  corrects: "Korrigiert",
  to: "An",
  item: "Artikel",
  quantity: "Menge",
  price: "Preis",
  amount: "Betrag",
  discount: "Rabatt",
  shipping: "Versand",
  net: "Netto",
  total: "Summe",
  credited: "Gutgeschrieben",
  taxContained: "enthalten",
  taxOn: "auf",
  taxId: "Steuernummer",
  page: "Seite"
}

const fr: Labels = {
  invoice: "Facture",
  creditNote: "Avoir",
  packingSlip: "Bon de livraison",
  number: "Numéro",
  date: "Date",
  order: "Commande",
  corrects: "Rectifie",
  to: "À",
  item: "Article",
  quantity: "Quantité",
  price: "Prix",
  amount: "Montant",
  discount: "Remise",
  shipping: "Livraison",
  net: "Hors taxes",
  total: "Total",
  credited: "Remboursé",
  taxContained: "incluse",
  taxOn: "sur",
  taxId: "N° de TVA",
  page: "Page"
}

const es: Labels = {
  invoice: "Factura",
  creditNote: "Factura rectificativa",
  packingSlip: "Albarán",
  number: "Número",
  date: "Fecha",
  order: "Pedido",
  corrects: "Rectifica",
  to: "Para",
  item: "Artículo",
  quantity: "Cantidad",
  price: "Precio",
  amount: "Importe",
  discount: "Descuento",
  shipping: "Envío",
  net: "Base imponible",
  total: "Total",
  credited: "Abonado",
  taxContained: "incluido",
  taxOn: "sobre",
  taxId: "NIF/IVA",
  page: "Página"
}

const shipped: Readonly<Record<string, Labels>> = { en, de, fr, es }

/** The words for a locale: of `own`, then of its language, then English. */
export const labelsOf = (locale: string, own: Readonly<Record<string, Partial<Labels>>> = {}): Labels => {
  const language = locale.split("-")[0] ?? "en"
  return { ...(shipped[language] ?? en), ...own[language], ...own[locale] }
}
