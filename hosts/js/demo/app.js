// Lists with the component in this page, and shows what came. Text of the service only ever becomes text.

import { Client, STATUSES } from "/package/web.js";

import { showCharts } from "./charts.js";

/** @typedef {import("servicestage-pipelines/web").Listing} Listing */
/** @typedef {import("servicestage-pipelines/web").Pipeline} Pipeline */
/** @typedef {import("servicestage-pipelines/web").Query} Query */

const form = /** @type {HTMLFormElement} */ (element("query"));
const heads = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("th[data-key]"));

/** @type {Pick<Query, "orderBy" | "direction">} */
let order = { orderBy: "creation", direction: "descending" };
let current = new AbortController();

/** @type {{ endpoint: string, projectId: string }} */
const settings = await (await fetch("/settings.json")).json();

element("endpoint").textContent = settings.endpoint;
field("projectId").value = settings.projectId;
element("statuses").append(...STATUSES.map(checkbox));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void list();
});
for (const head of heads) head.querySelector("button")?.addEventListener("click", () => sortBy(head));
void list();

async function list() {
  // What is asked now replaces what was asked before.
  current.abort();
  current = new AbortController();
  const { signal } = current;
  say("Listing…");
  try {
    const token = field("token").value;
    const client = new Client({
      endpoint: settings.endpoint,
      projectId: field("projectId").value,
      credentials: token === "" ? "ambient" : { token },
    });
    // Without a limit, because the charts count all matches. The service sends all of them in any case.
    show(await client.listPipelines(query(), { signal }), limit());
  } catch (error) {
    if (!signal.aborted) fail(error instanceof Error ? error.message : String(error));
  }
}

/** @returns {Query} */
function query() {
  const given = (/** @type {string} */ name) => field(name).value || undefined;
  const status = STATUSES.filter((_, place) => checkboxes()[place]?.checked);
  return {
    nameContains: given("nameContains"),
    creator: given("creator"),
    configMode: /** @type {"ui" | "template" | undefined} */ (given("configMode")),
    status: status.length > 0 ? status : undefined,
    ...order,
  };
}

/** The most release tasks that the table shows. */
function limit() {
  const { value } = field("limit");
  return value === "" ? Infinity : Number(value);
}

/** @param {HTMLElement} head */
function sortBy(head) {
  const orderBy = /** @type {NonNullable<Query["orderBy"]>} */ (head.dataset["key"]);
  const natural = orderBy === "name" ? "ascending" : "descending";
  const other = order.direction === "ascending" ? "descending" : "ascending";
  order = { orderBy, direction: order.orderBy === orderBy ? other : natural };
  void list();
}

/** @type {(listing: Listing, most: number) => void} */
function show({ pipelines, matched, total }, most) {
  const shown = pipelines.slice(0, most);
  say(
    matched === 0
      ? `No release task matches, of ${total}`
      : `${shown.length} of ${matched} that match, of ${total} release tasks`,
  );
  const rows = shown.map((pipeline) => {
    const row = document.createElement("tr");
    row.append(...cells(pipeline).map(cell));
    return row;
  });
  element("tasks")
    .querySelector("tbody")
    ?.replaceChildren(...rows);
  for (const head of heads) {
    const sorted = head.dataset["key"] === order.orderBy;
    head.setAttribute("aria-sort", sorted ? (order.direction ?? "none") : "none");
  }
  element("error").hidden = true;
  element("tasks").hidden = pipelines.length === 0;
  element("charts").hidden = pipelines.length === 0;
  if (pipelines.length > 0) showCharts(pipelines);
}

/** @param {Pipeline} pipeline */
function cells({ name, status, configMode, creator, createTime, updateTime, lastTriggerAt }) {
  return [
    name ?? "",
    word(status),
    word(configMode),
    creator ?? "",
    ...[createTime, updateTime, lastTriggerAt].map(moment),
  ];
}

/** @param {string} text */
function fail(text) {
  say("");
  element("error").textContent = text;
  element("error").hidden = false;
  element("tasks").hidden = true;
  element("charts").hidden = true;
}

/** @param {string} text */
function say(text) {
  element("summary").textContent = text;
}

/** @param {string} text */
function cell(text) {
  const cell = document.createElement("td");
  cell.textContent = text;
  return cell;
}

/** @param {string} status */
function checkbox(status) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  label.append(box, status);
  return label;
}

function checkboxes() {
  return /** @type {NodeListOf<HTMLInputElement>} */ (element("statuses").querySelectorAll("input"));
}

/** @param {Pipeline["status"] | Pipeline["configMode"]} value */
function word(value) {
  return typeof value === "object" ? String(value?.other ?? "") : value;
}

/** @param {Date | null} date */
function moment(date) {
  return date === null ? "" : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** @param {string} name */
function field(name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}
