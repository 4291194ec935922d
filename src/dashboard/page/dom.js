/**
 * The element with an id; the markup has all of them.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** @param {string} id */
export const inputById = (id) => /** @type {HTMLInputElement} */ (byId(id));

/** @param {string} id */
export const buttonById = (id) => /** @type {HTMLButtonElement} */ (byId(id));

/**
 * Sets a text, if it is another one: what does not change is not touched, so that a selection survives.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * An element with a class and a text. Whatever comes from outside goes in as text and as nothing else.
 *
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 */
export function make(tag, className, text = '') {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (text !== '') element.textContent = text;
  return element;
}

/**
 * One cell of a table.
 *
 * @typedef {object} Cell
 * @property {string} text
 * @property {string} [unit] said behind the number
 * @property {string} [tone] good, bad or warn
 * @property {boolean} [number]
 * @property {boolean} [name] what the row is about
 * @property {boolean} [long] a text that wants room
 */

/**
 * Fills a table, row by row and cell by cell, changing only what is other than before.
 *
 * @param {string} id
 * @param {readonly (readonly Cell[])[]} rows
 */
export function fillTable(id, rows) {
  const table = byId(id);
  byId(`${id}-none`).hidden = rows.length > 0;
  table.hidden = rows.length === 0;
  const heads = [...table.querySelectorAll('th')].map((head) => head.textContent ?? '');
  const body = /** @type {HTMLTableSectionElement} */ (table.querySelector('tbody'));
  while (body.rows.length > rows.length) body.deleteRow(-1);
  for (const [nth, cells] of rows.entries()) {
    const row = body.rows[nth] ?? body.insertRow();
    for (const [column, cell] of cells.entries()) {
      const target = row.cells[column] ?? row.insertCell();
      const { text, unit = '', tone = '', number = false, name = false, long = false } = cell;
      const key = `${text}\n${unit}\n${tone}`;
      if (target.dataset['key'] === key) continue;
      target.dataset['key'] = key;
      target.dataset['head'] = heads[column] ?? '';
      target.className = [number ? 'number' : name ? 'name' : long ? 'long' : 'word', tone]
        .filter((word) => word !== '')
        .join(' ');
      target.textContent = text;
      if (unit !== '') target.append(' ', make('span', 'unit', unit));
    }
  }
}

/**
 * Makes the children of an element anew when their key is another one.
 *
 * @param {HTMLElement} parent
 * @param {unknown} key what the children are made from
 * @param {() => readonly Node[]} children
 */
export function refill(parent, key, children) {
  const text = JSON.stringify(key);
  if (parent.dataset['key'] === text) return;
  parent.dataset['key'] = text;
  parent.replaceChildren(...children());
}

/**
 * @param {HTMLElement} element
 * @param {'good' | 'bad' | 'warn' | 'plain' | 'unknown'} tone
 * @param {string} text
 */
export function setBadge(element, tone, text) {
  element.dataset['tone'] = tone;
  setText(element, text);
}
