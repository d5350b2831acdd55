import type { Role } from "./spec.ts";

/** Phrases by concept, separated by "|": singular, lower case. The scanner takes the longest that fits. */
export const CONCEPTS_EN: Readonly<Record<string, string>> = {
  "fn:sum": "total|sum|sum up|add up|add together|total up|grand total|totals up|subtotal|how much|tally",
  "fn:avg": "average|mean|avg|on average",
  "fn:count": "count|number of|how many|quantity of rows|count of|no of",
  "fn:distinct":
    "distinct|unique|different|how many different|how many unique|number of different|number of unique|count distinct|count unique",
  "fn:min": "minimum|min|smallest amount|lowest amount|cheapest",
  "fn:max": "maximum|max|highest amount|largest amount|biggest amount|most expensive",
  "fn:median": "median",
  by: "by|per|for each|for every|grouped by|group by|broken down by|break down by|breakdown by|split by|each|every|according to|by each|by every",
  also: "also|plus|as well as|then|and then|in addition|additionally|finally|after that|next",
  and: "and|&|with|along with|together with",
  top: "top|biggest|largest|highest|best|greatest|most",
  bottom: "bottom|smallest|lowest|least|worst|fewest",
  sort: "sort by|sort|order by|sorted by|ordered by|rank|ranked by|rank by|ranking|sort it by|arrange by|sorted|ranked",
  desc: "descending|desc|highest first|largest first|biggest first|newest first|latest first|from high to low|high to low|from highest to lowest",
  asc: "ascending|asc|lowest first|smallest first|oldest first|from low to high|low to high|from lowest to highest|earliest first",
  overdue:
    "overdue|past due|late|past their due date|past due date|past the due date|delayed|behind on payment|in arrears|arrear",
  olderthan: "older than|more than|over|by more than|for more than|at least",
  duplicates: "duplicate|duplicated|repeated|double entry|entered twice|dupe|duplication|paid twice|billed twice",
  flag: "flag|flagged|mark|marked|highlight|highlighted|tag|point out",
  list: "list|show|show me|give me|find|filter|extract row|keep only|which|display|pull out|get|see|identify|all the|detect|look for",
  share:
    "percent|percentage|share|proportion|% of total|percent of total|percentage of total|share of total|%|contribution|percent share|percentage share",
  empty: "empty|missing|blank|without a value|not filled|incomplete",
  summary:
    "summary|summarise|summarize|short report|report|overview|recap|brief|key figure|main point|highlights report|digest|summing up",
  message: "message|letter|note to|to send|to share|draft|text to|reminder|write to|announcement|reply",
  email: "email|e mail|mail",
  whatsapp: "whatsapp|whats app|sms|text message",
  paid: "paid|settled|already paid|fully paid|cleared",
  unpaid:
    "unpaid|not paid|outstanding|not settled|open invoice|not yet paid|still open|haven't paid|unsettled|still owe|owe|owed|owing|not been paid|haven't been paid|hasn't paid|due and unpaid|uncollected",
  rownoun:
    "invoice|row|record|order|entry|line|transaction|bill|item|sale line|payment line|receipt|expense line|purchase|deal|job|booking|payment",
  only: "only|just|where|that are|which are|whose|those with|the ones|ones|with status|in status",
  for: "for|of|from|in|on|at|to|during",
  not: "not|except|excluding|exclude|without|other than|but not|apart from|ignore|ignoring|leave out|skip|isn't|is not|are not",
  is: "is|are|equals|equal to|=|equal",
  contains: "contain|containing|include|including|with the word|has the word|mention|mentioning",
  "op:>": "greater than|more than|over|above|higher than|>|exceeding|exceed|bigger than|larger than|greater",
  "op:>=": "at least|>=|≥|no less than|not less than|minimum of|or more",
  "op:<": "less than|under|below|lower than|<|smaller than|fewer than|cheaper than",
  "op:<=": "at most|<=|≤|no more than|not more than|up to|maximum of",
  "op:!=": "!=|not equal to|different from",
  between: "between|from",
  after: "after|since|starting|from|later than|starting from",
  before: "before|until|till|earlier than|up to|prior to|by the end of",
  this: "this|current",
  last: "last|previous|past",
  "unit:day": "day|daily|date",
  "unit:week": "week|weekly|calendar week",
  "unit:month": "month|monthly|calendar month",
  "unit:quarter": "quarter|quarterly",
  "unit:year": "year|yearly|annual|annually|calendar year",
  "adj:day": "daily|day by day|per day",
  "adj:week": "weekly|week by week",
  "adj:month": "monthly|month by month|month on month",
  "adj:quarter": "quarterly",
  "adj:year": "yearly|annual|annually|year by year",
  today: "today|now",
  compare: "compare|comparison|versus|vs|compared",
  "month:1": "january|jan",
  "month:2": "february|feb",
  "month:3": "march|mar",
  "month:4": "april|apr",
  "month:5": "may",
  "month:6": "june|jun",
  "month:7": "july|jul",
  "month:8": "august|aug",
  "month:9": "september|sep|sept",
  "month:10": "october|oct",
  "month:11": "november|nov",
  "month:12": "december|dec",
  "quarter:1": "q1|first quarter",
  "quarter:2": "q2|second quarter",
  "quarter:3": "q3|third quarter",
  "quarter:4": "q4|fourth quarter|last quarter of the year",
  "extract:steps": "step|procedure|process step|action item|to do|todo|instruction|task list",
  "extract:people":
    "people|person|who is|who does|name mentioned|name|responsible|attendee|participant|contact person|role",
  "extract:dates": "dates|deadline|due dates|when",
  "extract:amounts": "amounts|sums of money|figures|prices|money mentioned|costs",
  "impossible:send":
    "send it|send an email|send the email|send them|email them|send a whatsapp|email it|mail it|send to my|post it|send email|send whatsapp",
  "impossible:book":
    "book a|book flight|book hotel|reserve a|buy a|order a|pay the|make a payment|transfer money|call the|phone the|book me",
  "impossible:browse":
    "browse|google|search the web|search online|look up online|website|web page|weather|news|stock price|exchange rate|internet",
  "impossible:convert": "convert to usd|convert to kwd|convert currency|convert to dollar|in dollars",
  "impossible:translate": "translate|translation",
  "impossible:chart":
    "chart|graph|plot|pie chart|bar chart|diagram|powerpoint|presentation|slide|dashboard|pivot chart",
  "impossible:predict": "forecast|predict|projection|prediction|next month's|machine learning|trend line",
  "impossible:join": "vlookup|join with|match against|reconcile|lookup in the other",
};

/** Header and request words of each role. */
export const ROLES_EN: Readonly<Record<Role, string>> = {
  client:
    "client|customer|client name|customer name|buyer|patient|bill to|billed to|account name|payer|tenant|guest|member|student|company|company name|sold to|debtor|kunde|kundin|cliente|client nom|customer account|account|firm|beneficiary",
  supplier:
    "supplier|vendor|supplier name|vendor name|merchant|payee|provider|paid to|lieferant|proveedor|fournisseur|contractor|seller",
  amount:
    "amount|total|grand total|total amount|invoice total|invoice amount|value|net amount|amt|sum|revenue|sale|sales amount|turnover|income|cost|expense|spend|spending|price total|line total|total price|fee|charge|subtotal|net|gross|betrag|summe|importe|montant|valor|debit|payment amount|money|salary|billing|billed|bill amount|total value|total due|amount due|earning",
  balance:
    "balance|balance due|outstanding|outstanding balance|outstanding amount|remaining|remaining amount|open amount|unpaid amount|owed|amount owed|rest|open balance",
  paidAmount:
    "paid amount|amount paid|paid|received|collected|payment|payment received|amount received|received amount",
  tax: "vat|tax|tax amount|vat amount|gst",
  quantity: "quantity|qty|unit|units|pieces|pcs|count|volume|hour|hours|no of units|menge|stock",
  price: "price|unit price|rate|unit cost|price per unit|cost per unit|price each|hourly rate|preis",
  date: "date|invoice date|order date|issue date|issued|issued on|created|created at|transaction date|posting date|day|sale date|bill date|datum|fecha|date issued|doc date|time|timestamp|period|booking date|visit date|month",
  due: "due|due date|payment due|due on|pay by|deadline|date due|maturity|expiry|expiry date|due by|payment due date|expected date|faellig|fällig|vencimiento|echeance|payable by",
  paidDate: "paid on|payment date|date paid|paid date|paid at|settled on|received on|collection date",
  status: "status|state|payment status|paid|is paid|settled|invoice status|stage|condition|paid y n|payment state",
  number:
    "invoice number|invoice no|invoice id|invoice #|number|no|id|ref|reference|invoice|inv|inv no|inv #|document number|doc no|bill no|order id|order no|order number|code|serial|voucher|#|transaction id|receipt no|receipt number|nr|№",
  product:
    "product|item|product name|item name|service|article|sku|goods|description of goods|material|model|part|treatment|procedure|producto|produkt",
  category:
    "category|type|group|class|department|segment|kind|section|expense type|category name|line of business|industry|cost center|cost centre|project|channel|source|tag|account type",
  person:
    "salesperson|sales rep|rep|employee|agent|owner|assigned to|staff|seller name|doctor|manager|name|account manager|salesman|technician|consultant|teacher|driver|worker|responsible|handled by|full name",
  place:
    "city|region|country|branch|location|area|store|governorate|site|office|address|state province|zone|warehouse|shop|outlet|territory|place",
  currency: "currency|ccy|cur|curr|currency code|waehrung|währung|moneda",
  description: "description|note|notes|comment|comments|detail|details|remark|remarks|memo|subject|title|text",
  phone: "phone|mobile|telephone|tel|phone number|mobile number|whatsapp number",
  email: "email address|email|e mail|mail",
  method: "payment method|method|paid by|payment type|payment mode|knet|card type|way of payment",
};
