// Elements and drawings. Words always go in as text nodes: nothing that a run contains is ever read as markup.

const SVG_NAMES = "http://www.w3.org/2000/svg";

/** @typedef {string | Node | null} Child */

/**
 * An HTML element; `on...` attributes are listeners, `true` is an attribute without a value, null and false are none.
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {Child[]} children
 * @returns {HTMLElement}
 */
function html(name, attributes = {}, ...children) {
  return /** @type {HTMLElement} */ (filled(document.createElement(name), attributes, children));
}

/**
 * An element of a drawing.
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {Child[]} children
 * @returns {SVGElement}
 */
function svg(name, attributes = {}, ...children) {
  return /** @type {SVGElement} */ (filled(document.createElementNS(SVG_NAMES, name), attributes, children));
}

/**
 * @param {Element} element
 * @param {Record<string, any>} attributes
 * @param {Child[]} children
 */
function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== null && value !== false) {
      element.setAttribute(name, String(value));
    }
  }
  for (const child of children) {
    if (child !== null) {
      element.append(child);
    }
  }
  return element;
}

/** Words for those who hear the page; nobody sees them. @param {string} words */
function unseen(words) {
  return html("span", { class: "unseen" }, words);
}

/**
 * A part that scrolls by itself, also by keyboard.
 * @param {string} label
 * @param {string} kind
 * @param {Child[]} children
 */
function scroller(label, kind, ...children) {
  return html("div", { class: `scroller ${kind}`, role: "region", "aria-label": label, tabindex: "0" }, ...children);
}
