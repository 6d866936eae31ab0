import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { UnreadableError } from './document.js';

export type HtmlNode = DefaultTreeAdapterTypes.ChildNode;
export type HtmlElement = DefaultTreeAdapterTypes.Element;

/** Elements inside one another; browsers stop at 512, and what follows the tree calls itself once for each. */
const MAX_DEPTH = 512;

export const isElement = (node: HtmlNode): node is HtmlElement => 'tagName' in node;
export const isText = (node: HtmlNode): node is DefaultTreeAdapterTypes.TextNode => node.nodeName === '#text';

export const attribute = (element: HtmlElement, name: string): string => element.attrs.find((each) => each.name === name)?.value ?? '';

/** Elements below a node, in document order, itself not among them. */
export function* elementsBelow(node: { childNodes: HtmlNode[] }): Generator<HtmlElement> {
  for (const child of node.childNodes) {
    if (!isElement(child)) continue;
    yield child;
    yield* elementsBelow(child);
  }
}

/** The characters of a node and all below it. */
export function textOf(node: HtmlNode): string {
  if (isText(node)) return node.value;
  return isElement(node) ? node.childNodes.map(textOf).join('') : '';
}

function checkDepth(root: { childNodes: HtmlNode[] }): void {
  let level = root.childNodes;
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new UnreadableError(`nests more than ${MAX_DEPTH} HTML elements inside one another`);
    level = level.flatMap((node) => (isElement(node) ? node.childNodes : []));
  }
}

/**
 * The tree of an HTML page.
 *
 * @throws UnreadableError when it is nested deeper than any page a person wrote.
 */
export function parseHtml(html: string): DefaultTreeAdapterTypes.Document {
  const tree = parse(html);
  checkDepth(tree);
  return tree;
}

const VOID = 'area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr';
const SELF_CLOSED = new RegExp(`<(?!(?:${VOID})[\\s/>])([a-z][^\\s<>/]*)((?:[^<>"']|"[^"]*"|'[^']*')*)/>`, 'gi');

/** The tree of XHTML or plain XML, where `<title/>` is closed, which HTML takes for open. */
export const parseXml = (xml: string): DefaultTreeAdapterTypes.Document => parseHtml(xml.replace(SELF_CLOSED, '<$1$2></$1>'));
