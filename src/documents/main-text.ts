import { attribute, elementsBelow, type HtmlElement, type HtmlNode, isElement, isText, textOf } from './html-tree.js';

/** Never text to read. */
const SILENT = new Set(
  'head script style template noscript svg math canvas iframe object embed audio video map button select option datalist input textarea dialog nav menu'.split(
    ' ',
  ),
);
const SILENT_ROLES = new Set('navigation banner contentinfo search complementary menu menubar toolbar dialog alertdialog tablist'.split(' '));

/** Furniture of a page, where it stands around the main text; inside it, these hold its date or a remark. */
const AROUND = new Set(['header', 'footer', 'aside']);

/** Words by which pages name their furniture in `class` and `id`; conventions of the web, whatever the page is about. */
const FURNITURE =
  /(?:^|[-_\s])(?:nav|navbar|navigation|menu|submenu|breadcrumbs?|sidebar|footer|cookies?|consent|gdpr|banner|masthead|topbar|toolbar|share|sharing|social|related|recommended|newsletter|subscribe|pagination|pager|skip|skiplink|comments|widget|advert|ads?|promo|popup|modal)(?:$|[-_\s])/i;

/** A block whose words stand in links to this share is a way to other pages. */
const LINK_SHARE = 0.75;

/** Anchors longer than this on average are titles or sentences, worth reading wherever they lead. */
const LONG_ANCHOR = 45;

/** Furniture named by its class holds less than this share of the words of the page. */
const FURNITURE_SHARE = 0.4;

const BLOCKS = new Set(['ul', 'ol', 'div', 'section', 'table', 'p', 'aside', 'footer', 'header', 'td', 'dl']);

const length = (text: string): number => text.replace(/\s+/g, ' ').trim().length;

function isHidden(element: HtmlElement): boolean {
  const style = attribute(element, 'style');
  return (
    element.attrs.some(({ name, value }) => (name === 'hidden' && value !== 'until-found') || (name === 'aria-hidden' && value === 'true')) ||
    /display\s*:\s*none|visibility\s*:\s*hidden/i.test(style)
  );
}

/** Takes out of a tree what a reader does not see of it. */
export const dropHidden = (root: HtmlElement): void => prune(root, isHidden);

const isSilent = (element: HtmlElement): boolean =>
  SILENT.has(element.tagName) || SILENT_ROLES.has(attribute(element, 'role').toLowerCase()) || isHidden(element);

/** Whether a block is a list of links to other pages. */
function isLinkList(element: HtmlElement): boolean {
  if (!BLOCKS.has(element.tagName)) return false;
  const links = [...elementsBelow(element)].filter(({ tagName, attrs }) => tagName === 'a' && attrs.some(({ name }) => name === 'href'));
  if (links.length < 2) return false;
  const linked = links.reduce((sum, link) => sum + length(textOf(link)), 0);
  return linked / links.length < LONG_ANCHOR && linked >= LINK_SHARE * length(textOf(element));
}

/** Whether the page says before an element what it lists. */
function isIntroduced(element: HtmlElement): boolean {
  const siblings = element.parentNode?.childNodes ?? [];
  const before = siblings.slice(0, siblings.indexOf(element)).findLast(isElement);
  if (!before) return false;
  const text = textOf(before).trim();
  return /^h[2-6]$/.test(before.tagName) ? text !== '' : text.endsWith(':');
}

/** Takes what is no main text out of the tree below a node. */
function prune(node: { childNodes: HtmlNode[] }, drop: (element: HtmlElement) => boolean): void {
  node.childNodes = node.childNodes.filter((child) => isText(child) || (isElement(child) && !drop(child)));
  for (const child of node.childNodes) if (isElement(child)) prune(child, drop);
}

const onlyOne = (found: HtmlElement[], fits: (element: HtmlElement) => boolean): HtmlElement | null =>
  found.length === 1 && fits(found[0] as HtmlElement) ? (found[0] as HtmlElement) : null;

const holdsHeading = (element: HtmlElement): boolean => [...elementsBelow(element)].some(({ tagName }) => tagName === 'h1');

/**
 * The element that holds the main text of a page, without navigation, furniture and hidden parts; the tree is changed.
 *
 * The page's own landmarks decide: `main`, else its only `article`, else the body. Unlike a reading mode, which picks the
 * part that scores best and drops what scores low, it keeps every block it has no reason to drop: a paragraph lost is a
 * question that is wrongly refused.
 */
export function mainText(tree: { childNodes: HtmlNode[] }): HtmlElement | null {
  const all = [...elementsBelow(tree)];
  const body = all.find(({ tagName }) => tagName === 'body');
  if (!body) return null;
  prune(body, isSilent);
  const kept = [...elementsBelow(body)];
  const words = length(textOf(body));
  const landmarks = kept.filter((element) => element.tagName === 'main' || attribute(element, 'role').toLowerCase() === 'main');
  const articles = kept.filter(({ tagName }) => tagName === 'article');
  const root =
    onlyOne(landmarks, (main) => length(textOf(main)) > 0) ??
    onlyOne(articles, (article) => holdsHeading(article) || length(textOf(article)) > words / 2) ??
    body;
  const inside = (element: HtmlElement): boolean => root !== body || isInArticle(element);
  prune(root, (element) => {
    if (AROUND.has(element.tagName) && !inside(element)) return true;
    const named = FURNITURE.test(`${attribute(element, 'class')} ${attribute(element, 'id')}`);
    if (named && !holdsHeading(element) && length(textOf(element)) < FURNITURE_SHARE * words) return true;
    return isLinkList(element) && !(inside(element) && isIntroduced(element));
  });
  return root;
}

function isInArticle(element: HtmlElement): boolean {
  for (let at = element.parentNode; at; at = 'parentNode' in at ? at.parentNode : null) {
    if ('tagName' in at && (at.tagName === 'article' || at.tagName === 'main')) return true;
  }
  return false;
}
