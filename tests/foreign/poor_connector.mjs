// A core connector that is poor on purpose. Its main paths work; each comment FAULT marks a mistake that real connectors make,
// and the acceptance suite must report these and nothing else: see README.md. State is kept in memory only.

import { randomUUID } from "node:crypto";
import http from "node:http";

const { FSP_ID, SDK_BASE_URL, CBS_BASE_URL, DFSP_SERVER_PORT = "3004", SDK_SERVER_PORT = "3003" } = process.env;
const { SUPPORTED_ID_TYPE = "MSISDN", HTTP_TIMEOUT = "5000", HOST = "127.0.0.1" } = process.env;
const OUR_ID_TYPES = SUPPORTED_ID_TYPE.split(",");
const SCHEME_ID_TYPES = ["MSISDN", "EMAIL", "PERSONAL_ID", "BUSINESS", "DEVICE", "ACCOUNT_ID", "IBAN", "ALIAS"];
const BANK_ID_TYPES = { ACCOUNT_ID: "ACCOUNT_NUMBER", ALIAS: "WALLET_ID" };
const PAYER_CODES = { ACCOUNT_INACTIVE: "4400", ACCOUNT_BLOCKED: "4400", LIMIT_EXCEEDED: "4200", other: "4000" };
const PAYEE_CODES = { ACCOUNT_NOT_FOUND: "3204", ACCOUNT_BLOCKED: "5400", LIMIT_EXCEEDED: "5200", other: "5103" };
const HTTP_STATUS = { 2003: 503, 2004: 504, 3002: 404, 3204: 404, 3208: 404 };
const DISPLAY_NAME = /^(?!\s*$)[\w .,'-]{1,128}$/;
const TERMS_MS = 60_000;
const RETRY_MS = 5_000;

const negotiations = new Map(); // by homeTransactionId: what was asked for, and the promise of its terms
const payments = new Map(); // outgoing, by transferId
const quotes = new Map(); // terms given to payers' institutions, by quoteId
const receipts = new Map(); // incoming, by transferId

class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
    this.status = HTTP_STATUS[code] ?? (code < "3" ? 500 : 400);
  }
}

function found(shelf, id) {
  if (!shelf.has(id)) throw new Refusal("3208", `no transfer ${id}`);
  return shelf.get(id);
}

// -- amounts are whole numbers of ten-thousandths ---------------------------------------------------------------------------

function units(amount) {
  const [, whole, fraction = ""] = /^(\d{1,18})(?:\.(\d{1,4}))?$/.exec(amount) ?? [];
  if (!whole) throw new Refusal("3101", `${amount} is no amount`);
  return BigInt(whole + fraction.padEnd(4, "0"));
}

const text = (amount) => amount.toString().padStart(5, "0").replace(/(\d{4})$/, ".$1").replace(/\.?0+$/, "");
const bankMoney = (amount, currency) => ({ amount: Number(text(amount)), amountDecimal: text(amount), currency });
const bankParty = ({ idType, idValue }) => ({ partyIdType: BANK_ID_TYPES[idType] ?? idType, partyIdentifier: idValue });

// -- calls to the Mojaloop connector and to the bank ------------------------------------------------------------------------

/** Status and JSON of an answer; status 0 when there is none, or none that can be read. */
async function call(method, url, body) {
  try {
    const [headers, signal] = [{ "Content-Type": "application/json" }, AbortSignal.timeout(Number(HTTP_TIMEOUT))];
    const answer = await fetch(url, { method, headers, signal, body: body && JSON.stringify(body) });
    return { status: answer.status, body: Object(await answer.json()) };
  } catch {
    return { status: 0, body: {} };
  }
}

const callSdk = (method, path, body) => call(method, `${SDK_BASE_URL}/transfers${path}`, body);
const refuse = (id) => callSdk("PUT", `/${id}`, { acceptQuoteOrConversion: false });

/** Why the Mojaloop connector says no: the scheme's code where it names one, 2004 when nobody knows how it ended. */
function refusalBySdk({ status, body }) {
  if (status === 0 || status === 504) return new Refusal("2004", "the outcome is not known; ask GET /transfers/{id}");
  const error = body.transferState?.lastError?.mojaloopError?.errorInformation;
  const code = String(error?.errorCode ?? body.statusCode);
  return new Refusal(/^[1-9]\d{3}$/.test(code) ? code : "2001", error?.errorDescription ?? body.message);
}

/** The bank's answer. Throws its reason as a Mojaloop code, 2003 when it gives none. */
async function askBank(method, path, body, codes) {
  const { status, body: said } = await call(method, CBS_BASE_URL + path, body);
  if (status === 200 && said.status !== "FAILED") return said;
  const reason = status < 500 && (said.errorCode ?? said.reason);
  if (!reason) throw new Refusal("2003", `the bank gave no answer to ${method} ${path}`);
  throw new Refusal(codes[reason] ?? codes.other, `the bank refused: ${reason}`);
}

/** The id of the one reservation. A bank that does not say whether it has reserved is asked before it is told again. */
async function reserve(order, side, codes) {
  for (let told = 0; told < 2; told += 1) {
    try {
      return (await askBank("POST", "/funds/reserve", order, codes)).reserveId;
    } catch (no) {
      if (no.code !== "2003") throw no;
    }
    const { body: funds } = await call("GET", `${CBS_BASE_URL}/funds/${order.transferId}`);
    const hold = funds.reserves?.find((each) => each.side === side && each.status === "RESERVED");
    if (hold) return hold.reserveId;
  }
  throw new Refusal("2001", "the bank does not say whether it has reserved");
}

/** Have the bank commit or unreserve, which it owes: it is told until it answers. */
async function settle(what, order) {
  const { status } = await call("POST", `${CBS_BASE_URL}/funds/${what}`, order);
  if (status === 0 || status >= 500) setTimeout(settle, RETRY_MS, what, order);
}

// -- paying -----------------------------------------------------------------------------------------------------------------

/** The terms of a payment; asked for again under one homeTransactionId, they are the same. */
function termsFor(amountType, wish) {
  const { homeTransactionId: home = randomUUID() } = wish;
  const asked = JSON.stringify([amountType, wish]);
  const earlier = negotiations.get(home);
  if (earlier && earlier.asked !== asked) throw new Refusal("3106", `${home} stands for another payment`);
  if (earlier) return earlier.terms;
  const terms = negotiate(home, amountType, wish);
  negotiations.set(home, { asked, terms });
  terms.catch(() => negotiations.delete(home));
  return terms;
}

async function negotiate(home, amountType, wish) {
  const { payer, payeeIdType, payeeId, subId, sendCurrency: currency } = wish;
  if (!payer?.payerId || !payer.name || !payeeId) throw new Refusal("3102", "payer and payee must be named");
  if (!SCHEME_ID_TYPES.includes(payeeIdType)) throw new Refusal("3100", `the scheme has no ${payeeIdType}`);
  if (currency !== wish.receiveCurrency) throw new Refusal("5106", "conversions are not offered");
  const amount = units(amountType === "SEND" ? wish.sendAmount : wish.receiveAmount);
  const to = { idType: payeeIdType, idValue: payeeId, ...(subId && { idSubValue: subId }) };
  const order = { from: schemePayer(payer), to, amountType, currency, amount: text(amount) };
  const answer = await callSdk("POST", "", { homeTransactionId: home, transactionType: "TRANSFER", ...order });
  if (answer.status !== 200) throw refusalBySdk(answer);
  try {
    return await offer(home, order, answer.body);
  } catch (no) {
    await refuse(answer.body.transferId);
    throw no;
  }
}

function nameParts(name) {
  const [firstName, ...rest] = name.split(" ");
  const lastName = rest.pop();
  return { firstName, ...(rest.length && { middleName: rest.join(" ") }), ...(lastName && { lastName }) };
}

function schemePayer({ payerId, name, DateAndPlaceOfBirth: birth }) {
  const displayName = DISPLAY_NAME.test(name) && { displayName: name }; // its API takes other scripts in the parts alone
  const person = { ...displayName, ...nameParts(name), ...(birth && { dateOfBirth: birth.BirthDt }) };
  return { type: "CONSUMER", idType: OUR_ID_TYPES[0], idValue: payerId, fspId: FSP_ID, ...person };
}

/** The terms in the payer's words, when they are what was asked for. */
async function offer(home, { from, to, amountType, currency, amount }, transfer) {
  const { transferId: id, currentState: state, to: payee, quoteResponse } = transfer;
  if (state !== "WAITING_FOR_QUOTE_ACCEPTANCE") throw new Refusal("5106", `the payee does not take ${currency}`);
  const { transferAmount, payeeReceiveAmount, payeeFspFee, expiration } = quoteResponse.body;
  const [sendAmount, targetFees] = [transferAmount.amount, payeeFspFee?.amount ?? "0"];
  const receiveAmount = payeeReceiveAmount?.amount ?? text(units(sendAmount) - units(targetFees));
  const fixed = amountType === "SEND" ? sendAmount : receiveAmount;
  if (units(fixed) !== units(amount)) throw new Refusal("5101", `asked for ${amount}, got ${fixed}`);
  // FAULT 3: amounts are compared as binary floats, in which 0.3 - 0.1 is not 0.2.
  const addsUp = Number(sendAmount) - Number(targetFees) === Number(receiveAmount);
  if (!addsUp) throw new Refusal("5101", `${sendAmount} less ${targetFees} is not ${receiveAmount}`);
  const payer = bankParty(from);
  const toQuote = { payer, amount: bankMoney(units(sendAmount), currency) };
  const { feesDecimal: sourceFees } = await askBank("POST", "/quotes", toQuote, PAYER_CODES);
  // FAULT 5: the bank adds its fee to what it reserves; as it is added here too, the payer pays it twice.
  const toReserve = bankMoney(units(sendAmount) + units(sourceFees), currency);
  payments.set(id, { id, home, payer, toReserve, expiration, state });
  const name = payee.displayName ?? [payee.firstName, payee.middleName, payee.lastName].filter(Boolean).join(" ");
  return {
    transactionId: id, homeTransactionId: home, expiration, payeeDetails: { ...to, fspId: payee.fspId, name },
    sendAmount, sendCurrency: currency, sourceFees, receiveAmount, receiveCurrency: currency, targetFees,
  };
}

/** The payer's decision is carried out once; decided again, it is answered as the first time. */
function decide(id, { acceptQuote, homeTransactionId }) {
  const payment = found(payments, id);
  if (payment.home !== homeTransactionId) throw new Refusal("3100", `homeTransactionId of ${id} is another one`);
  payment.decision ??= acceptQuote ? accept(payment) : decline(payment, new Refusal("4101", "the payer refused the terms"));
  return payment.decision;
}

async function decline(payment, why) {
  payment.state = "ABORTED";
  negotiations.delete(payment.home);
  await refuse(payment.id);
  throw why;
}

async function accept(payment) {
  const { id, home, payer, toReserve, expiration } = payment;
  if (Date.now() >= Date.parse(expiration)) return decline(payment, new Refusal("3302", "the terms have expired"));
  const order = { transferId: id, homeTransactionId: home, payer, amount: toReserve };
  try {
    payment.reserveId = await reserve(order, "payer", PAYER_CODES);
  } catch (no) {
    return decline(payment, no);
  }
  const no = await follow(payment, await callSdk("PUT", `/${id}`, { acceptQuote: true }));
  if (no) throw no;
  return { transferId: id };
}

/** The payer's money follows what the Mojaloop connector says of an accepted transfer. Returns why it was not made. */
async function follow(payment, answer) {
  const { reserveId } = payment;
  // FAULT 4: HTTP 200 is taken for success; currentState in its body may be ABORTED, or nothing final at all.
  if (answer.status === 200) {
    Object.assign(payment, { state: "COMPLETED", fulfil: answer.body.fulfil });
    return settle("commit", { reserveId });
  }
  const no = refusalBySdk(answer);
  payment.state = no.code === "2004" ? "PENDING" : "ABORTED";
  // FAULT 1: the payer gets her money back on a time-out too, although the transfer may still commit.
  await settle("unreserve", { reserveId, reason: no.message });
  return no;
}

async function stateOf(id) {
  const payment = found(payments, id);
  if (payment.state === "PENDING") await follow(payment, await callSdk("GET", `/${id}`));
  return { transferId: id, homeTransactionId: payment.home, currentState: payment.state, fulfil: payment.fulfil };
}

// -- being paid -------------------------------------------------------------------------------------------------------------

async function account(holder) {
  if (!OUR_ID_TYPES.includes(holder.idType)) throw new Refusal("3100", `no customer has a ${holder.idType}`);
  const { partyIdType, partyIdentifier } = bankParty(holder);
  const path = `/accounts/${partyIdType}/${encodeURIComponent(partyIdentifier)}`;
  const { name, currency, isActive } = await askBank("GET", path, undefined, { ...PAYEE_CODES, other: "3204" });
  if (!isActive) throw new Refusal("5400", "the account cannot receive");
  return { name, currency };
}

async function party(idType, idValue, idSubValue) {
  const { name, currency } = await account({ idType, idValue });
  const person = { type: "CONSUMER", displayName: name, ...nameParts(name), fspId: FSP_ID };
  return { idType, idValue, idSubValue, ...person, supportedCurrencies: [currency] };
}

async function quote({ quoteId, transactionId, amount, amountType, currency, to }) {
  if ((await account(to)).currency !== currency) throw new Refusal("5106", `the account is not in ${currency}`);
  const payee = bankParty(to);
  const [sent, fee] = await sentAndFee(payee, units(amount), amountType, currency);
  quotes.set(quoteId, { payee, sent, currency });
  return {
    quoteId, transactionId, expiration: new Date(Date.now() + TERMS_MS).toISOString(),
    transferAmount: text(sent), transferAmountCurrency: currency,
    payeeReceiveAmount: text(sent - fee), payeeReceiveAmountCurrency: currency,
    payeeFspFeeAmount: text(fee), payeeFspFeeAmountCurrency: currency,
  };
}

/** The bank takes its fee from what is sent, so for RECEIVE the amount is sought whose fee leaves what shall arrive. */
async function sentAndFee(payee, amount, amountType, currency) {
  for (let [sent, round] = [amount, 0]; round < 8; round += 1) {
    const { feesDecimal } = await askBank("POST", "/quotes", { payee, amount: bankMoney(sent, currency) }, PAYEE_CODES);
    const fee = units(feesDecimal);
    if (amountType === "SEND" || sent - fee === amount) return [sent, fee];
    sent = amount + fee;
  }
  throw new Refusal("5103", `no amount leaves exactly ${text(amount)}`);
}

async function prepare({ transferId, quote: agreed, from, to, amount, amountType, currency, transactionType }) {
  const terms = quotes.get(agreed?.quoteId);
  if (!terms) throw new Refusal("3205", `no terms were given for ${transferId}`);
  if (units(agreed.transferAmount) !== terms.sent) throw new Refusal("5104", "the amount is not that of the terms");
  // FAULT 2: nobody looks whether the transfer came before; a repeated one is reserved again.
  const order = { transferId, payee: terms.payee, amount: bankMoney(terms.sent, terms.currency) };
  const reserved = reserve(order, "payee", PAYEE_CODES);
  const [homeTransactionId, timestamp] = [randomUUID(), new Date().toISOString()];
  const shown = { homeTransactionId, from, to, amount, amountType, currency, transactionType, timestamp };
  receipts.set(transferId, { shown, reserved, transferState: "RESERVED" });
  await reserved;
  return { homeTransactionId, transferState: "RESERVED", completedTimestamp: timestamp };
}

/** The hub's last word, heeded once: the payee is credited, or the reservation released. The bank may not have reserved yet. */
async function finish(id, { currentState, finalNotification }) {
  const receipt = found(receipts, id);
  const reserveId = await receipt.reserved.catch(() => null);
  const word = finalNotification?.transferState ?? currentState;
  const what = { COMMITTED: "commit", COMPLETED: "commit", ABORTED: "unreserve" }[word];
  if (!reserveId || !what || receipt.transferState !== "RESERVED") return;
  receipt.transferState = what === "commit" ? "COMMITTED" : "ABORTED";
  await settle(what, { reserveId, reason: "the transfer was aborted" });
}

function receiptOf(id) {
  const { shown, transferState } = found(receipts, id);
  return { ...shown, transferState };
}

// -- the two faces ----------------------------------------------------------------------------------------------------------

const CHANNEL = [
  ["GET", /^\/health$/, () => ({ status: "OK" })],
  ["POST", /^\/send-money$/, (wish) => termsFor("SEND", wish)],
  ["POST", /^\/merchant-payment$/, (wish) => termsFor("RECEIVE", wish)],
  ["PUT", /^\/(?:send-money|merchant-payment)\/([^/]+)$/, (decision, id) => decide(id, decision)],
  ["GET", /^\/transfers\/([^/]+)$/, (_, id) => stateOf(id)],
];
const BACKEND = [
  ["GET", /^\/health$/, () => ({ status: "OK" })],
  ["GET", /^\/parties\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/, (_, ...identifier) => party(...identifier)],
  ["POST", /^\/quoterequests$/, quote],
  ["POST", /^\/transfers$/, prepare],
  ["PUT", /^\/transfers\/([^/]+)$/, (notice, id) => finish(id, notice)],
  ["GET", /^\/transfers\/([^/]+)$/, (_, id) => receiptOf(id)],
];

async function answer(routes, request) {
  const { pathname } = new URL(request.url, "http://here");
  const [, pattern, handle] = routes.find(([method, path]) => method === request.method && path.test(pathname)) ?? [];
  if (!handle) throw new Refusal("3002", `${request.method} ${pathname} is not known here`);
  const body = Buffer.concat(await request.toArray()).toString() || "{}";
  return handle(JSON.parse(body), ...pattern.exec(pathname).slice(1).map((each) => each && decodeURIComponent(each)));
}

function refusalFor(error) {
  if (error instanceof Refusal) return error;
  if (error instanceof SyntaxError) return new Refusal("3101", error.message);
  console.error(error);
  return new Refusal("2001", error.message);
}

async function respond(routes, request, response) {
  let [status, body] = [200, {}];
  try {
    body = await answer(routes, request);
  } catch (error) {
    const no = refusalFor(error);
    [status, body] = [no.status, { statusCode: no.code, message: no.message }];
  }
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body ?? {}));
}

for (const [port, routes] of [[DFSP_SERVER_PORT, CHANNEL], [SDK_SERVER_PORT, BACKEND]]) {
  http.createServer((request, response) => respond(routes, request, response)).listen(Number(port), HOST);
}
