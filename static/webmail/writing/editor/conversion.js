// Between HTML that was written here and plain text, as the server does it.

const BLOCKS = new Set(
  "ADDRESS ARTICLE BLOCKQUOTE CENTER DD DIV DL DT FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN OL P PRE SECTION TABLE TD TH TR UL".split(
    " ",
  ),
);
const PLAIN = new Set("A BLOCKQUOTE BODY BR DIV P SPAN".split(" "));

const SHEET = /<style\b[^>]*>[\s\S]*?<\/style\s*>/gi;
const TAG = /<[a-z][^\s>/]*(?:[^>"']|"[^"]*"|'[^']*')*>/gi;
const STYLE = /([\s"'/])style(\s*=)/gi;

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/**
 * Lines as blocks, each level of `>` as a quotation.
 * @param {string} text
 */
export function richText(text) {
  let level = 0;
  let html = "";
  for (const line of text.replace(/\n+$/, "").split("\n")) {
    const quoted = /^(?:> ?)*/.exec(line)?.[0] ?? "";
    const depth = quoted.split(">").length - 1;
    html += '<blockquote type="cite">'.repeat(Math.max(0, depth - level));
    html += "</blockquote>".repeat(Math.max(0, level - depth));
    level = depth;
    const words = (depth ? line.slice(quoted.length) : line).replace(/^ | {2,}| $/g, (blanks) =>
      "\u00a0".repeat(blanks.length),
    );
    html += `<div>${escaped(words) || "<br>"}</div>`;
  }
  return html + "</blockquote>".repeat(level);
}

/**
 * The page's policy takes no style attributes, and complains of each that is parsed: they wait under
 * another name until the element is where it belongs.
 * @param {string} html
 */
export function setAside(html) {
  return html.replace(SHEET, "").replace(TAG, (tag) => tag.replace(STYLE, "$1data-style$2"));
}

/** @param {string} html */
const parsed = (html) => new DOMParser().parseFromString(setAside(html), "text/html").body;

/**
 * Whether plain text can't say all of it.
 * @param {string} html
 */
export function isFormatted(html) {
  for (const each of parsed(html).querySelectorAll("*")) {
    if (!PLAIN.has(each.tagName) || each.hasAttribute("data-style") || each.hasAttribute("color"))
      return true;
    const link = each.getAttribute("href");
    if (link && !link.endsWith(each.textContent ?? "")) return true;
  }
  return false;
}

/**
 * The words: lists, quotes with `>`, links with their addresses.
 * @param {string} html
 */
export function plainText(html) {
  return `${linesOf(parsed(html)).join("\n").replaceAll("\u00a0", " ")}\n`;
}

/**
 * @param {Node} node
 * @returns {string[]}
 */
function linesOf(node) {
  /** @type {string[]} */
  const lines = [];
  let line = "";
  const end = () => {
    if (line) lines.push(line.trimEnd());
    line = "";
  };
  for (const child of node.childNodes) {
    if (child instanceof Element && BLOCKS.has(child.tagName)) {
      end();
      lines.push(...blockLines(child));
    } else if (child instanceof Element && child.tagName === "BR") {
      lines.push(line.trimEnd());
      line = "";
    } else line += inlineText(child);
  }
  end();
  return lines;
}

/** @param {Element} block */
function blockLines(block) {
  const inner = block.tagName === "PRE" ? (block.textContent ?? "").split("\n") : linesOf(block);
  if (block.tagName === "BLOCKQUOTE") return inner.map((line) => marked(line));
  if (block.tagName === "LI") {
    const list = block.parentElement;
    const place = [...(list?.children ?? [])].indexOf(block) + 1;
    const mark = list?.tagName === "OL" ? `${place}. ` : "- ";
    return inner.map((line, at) => (at ? " ".repeat(mark.length) : mark) + line);
  }
  return inner;
}

/** @param {string} line */
const marked = (line) => (line.startsWith(">") ? `>${line}` : `> ${line}`.trimEnd());

/** @param {Node} node */
function inlineText(node) {
  const words = (node.textContent ?? "").replace(/[ \t\r\n]+/g, " ");
  if (!(node instanceof Element)) return words;
  if (node.tagName === "IMG") return node.getAttribute("alt") ?? "";
  const link = node.tagName === "A" ? (node.getAttribute("href") ?? "") : "";
  return link && !link.endsWith(words) ? `${words} <${link}>` : words;
}
