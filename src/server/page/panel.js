// @ts-check
/**
 * The side panel: a document, opened at a place, or the list of documents.
 *
 * @import { Paragraph, SourceDocument } from './server.js'
 * @import { Place } from './places.js'
 */
import { renderDocument } from './document-view.js';
import { announce, byId, copyFrom, counted, day, h } from './dom.js';
import { citationText, linkTo, originalAddress, placeText, quoteAt, readLink } from './places.js';
import { readReady, readSource, readSources, ServerError } from './server.js';

/** Documents listed at once; the filter finds the others. */
const MAX_LISTED_DOCUMENTS = 300;

const view = {
  panel: byId('panel'),
  title: byId('panel-title'),
  place: byId('panel-place'),
  check: byId('panel-check'),
  body: byId('panel-body'),
  original: /** @type {HTMLAnchorElement} */ (byId('open-original')),
  copy: /** @type {HTMLButtonElement} */ (byId('copy-citation')),
  behind: byId('conversation'),
};

/** What had the focus before the panel opened. @type {Element | null} */
let openedFrom = null;

/** Counts openings, so that a slow document does not replace one opened after it. */
let opening = 0;

/** The panel covers the page on narrow screens; what is behind it then takes no part. */
const covers = matchMedia('(max-width: 60rem)');

function updateCover() {
  view.behind.inert = covers.matches && !view.panel.hidden;
}
covers.addEventListener('change', updateCover);

/** Marks the links to what the panel shows. */
export function markOpenLinks() {
  for (const link of document.querySelectorAll('a[href^="#source="]')) {
    if (link.getAttribute('href') === location.hash) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}

/** @param {string} title @param {string} place */
function showPanel(title, place) {
  view.panel.hidden = false;
  document.body.classList.add('with-panel');
  view.title.textContent = title;
  view.place.textContent = place;
  view.check.hidden = true;
  view.copy.hidden = true;
  view.original.hidden = true;
  view.body.replaceChildren();
  updateCover();
}

function hidePanel() {
  view.panel.hidden = true;
  document.body.classList.remove('with-panel');
  updateCover();
  if (openedFrom instanceof HTMLElement && openedFrom.isConnected) openedFrom.focus();
  else byId('question').focus();
  openedFrom = null;
}

/** Closing is a step in the browser's history, as opening is. */
export function closePanel() {
  if (view.panel.hidden) return;
  if (location.hash) history.pushState(null, '', location.pathname + location.search);
  route();
}

/** Shows what the address names after `#`. */
export function route() {
  const place = readLink(location.hash);
  const documents = location.hash === '#documents';
  markOpenLinks();
  if (!place && !documents) {
    // What is still on its way is no longer wanted.
    opening++;
    if (!view.panel.hidden) hidePanel();
    return;
  }
  if (view.panel.hidden) openedFrom = document.activeElement === document.body ? null : document.activeElement;
  if (place) openPlace(place);
  else openDocuments();
}

/** @param {unknown} error */
function showPanelError(error) {
  const failure = error instanceof ServerError ? error : new ServerError('The document cannot be shown', String(error));
  const title = failure.status === 404 ? 'There is no such document' : failure.title;
  view.title.textContent = title;
  view.body.replaceChildren(
    h('p', { class: 'panel-note' }, failure.status === 404 ? 'It may have been renamed or removed since the link was made.' : failure.message),
  );
  view.title.focus();
}

/** @param {Place} place */
async function openPlace(place) {
  const mine = ++opening;
  const quote = quoteAt(place);
  let doc;
  try {
    doc = await readSource(place.source);
  } catch (error) {
    if (mine !== opening) return;
    showPanel('', place.source);
    return showPanelError(error);
  }
  if (mine !== opening) return;
  const paragraph = doc.paragraphs.find((one) => one.paragraph === place.paragraph);
  showPanel(doc.title, paragraph ? `${doc.source}, ${placeText(paragraph)}` : `${doc.source}, ${counted(doc.paragraphs.length, 'paragraph')}`);
  const highlight = paragraph ? findHighlight(doc, paragraph, place, quote) : null;
  if (!paragraph) showCheck(`The document has no paragraph ${place.paragraph}.`, false);
  else if (highlight && quote !== undefined) showCheck('The quote stands in the document exactly so.', true);
  else if (quote !== undefined) showCheck('The document has changed since this answer was given; the quote no longer stands at this place.', false);
  else if (place.start !== undefined && !highlight)
    showCheck('The characters this link names are not in this paragraph; the document may have changed.', false);

  view.original.hidden = false;
  view.original.href = originalAddress(doc.source, paragraph?.page);
  if (paragraph) {
    const cited = highlight ?? paragraph;
    view.copy.hidden = false;
    view.copy.onclick = () =>
      copyFrom(view.copy, citationText(doc.text.slice(cited.start, cited.end), { ...doc, paragraph: paragraph.paragraph, page: paragraph.page }));
  }
  renderDocument(view.body, doc, paragraph ?? null, highlight);
  scrollToPlace();
  view.title.focus({ preventScroll: true });
  announce(`${doc.title}, paragraph ${place.paragraph}, opened`);
}

/**
 * The characters to mark: those the link names, when they lie in the paragraph and still say what was quoted.
 *
 * @param {SourceDocument} doc
 * @param {Paragraph} paragraph
 * @param {Place} place
 * @param {string | undefined} quote
 */
function findHighlight({ text }, paragraph, { start, end }, quote) {
  if (start === undefined || end === undefined || start >= end || start < paragraph.start || end > paragraph.end) return null;
  return quote === undefined || text.slice(start, end) === quote ? { start, end } : null;
}

/** @param {string} message @param {boolean} good */
function showCheck(message, good) {
  view.check.hidden = false;
  view.check.classList.toggle('good', good);
  view.check.textContent = message;
}

function scrollToPlace() {
  const target = view.body.querySelector('mark') ?? view.body.querySelector('.block.current');
  if (!target) return;
  const body = view.body.getBoundingClientRect();
  const { top, height } = target.getBoundingClientRect();
  view.body.scrollTop += top - body.top - Math.max(24, (body.height - height) * 0.3);
}

async function openDocuments() {
  const mine = ++opening;
  let listing;
  let ready;
  try {
    [listing, ready] = await Promise.all([readSources(), readReady()]);
  } catch (error) {
    if (mine !== opening) return;
    showPanel('Documents', '');
    return showPanelError(error);
  }
  if (mine !== opening) return;
  const { sources } = listing;
  const warnings = ready.warnings ?? [];
  showPanel('Documents', `${counted(sources.length, 'document')}, indexed ${day(ready.index.builtAt)}`);

  const list = h('ul', { class: 'documents' });
  const note = h('p', { class: 'panel-note', hidden: true });
  const filter = h('input', { type: 'search', id: 'filter', autocomplete: 'off', oninput: () => fill() });
  const fill = () => {
    const wanted = filter.value.trim().toLowerCase();
    const found = sources.filter(({ title, source }) => `${title} ${source}`.toLowerCase().includes(wanted));
    list.replaceChildren(
      ...found
        .slice(0, MAX_LISTED_DOCUMENTS)
        .map(({ title, source, paragraphs }) =>
          h(
            'li',
            {},
            h(
              'a',
              { class: 'source-link', href: linkTo({ source, paragraph: 1 }) },
              h(
                'span',
                { class: 'what' },
                h('span', { class: 'title', dir: 'auto' }, title),
                h('span', { class: 'where' }, paragraphs === undefined ? source : `${source}, ${counted(paragraphs, 'paragraph')}`),
              ),
            ),
          ),
        ),
    );
    note.hidden = found.length > 0 && found.length <= MAX_LISTED_DOCUMENTS;
    note.textContent =
      found.length === 0
        ? 'No document has this in its title or file name.'
        : `${counted(found.length - MAX_LISTED_DOCUMENTS, 'more document')}; narrow the list with the filter.`;
  };
  fill();
  view.body.replaceChildren(
    ...(warnings.length > 0
      ? [h('div', { class: 'warnings' }, h('h3', {}, 'Notes on the index'), h('ul', {}, ...warnings.map((warning) => h('li', {}, warning))))]
      : []),
    h('div', { class: 'filter' }, h('label', { for: 'filter' }, 'Filter'), filter),
    list,
    note,
  );
  view.body.scrollTop = 0;
  view.title.focus({ preventScroll: true });
}

byId('close-panel').addEventListener('click', closePanel);

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.isComposing && !view.panel.hidden) {
    event.preventDefault();
    closePanel();
  }
});

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
  // The address does not change when what is open already is opened again.
  if (link && link.getAttribute('href') === location.hash) route();
});

addEventListener('hashchange', route);
addEventListener('popstate', () => {
  if (!location.hash) route();
});
