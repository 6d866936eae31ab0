import { makeDocx } from './docx.js';
import { LEADING, lines, makePdf, type Placed, wrap } from './pdf.js';

const PLACES = 'Ardal Belmora Corvane Dunholt Elvasa Farrow Gildern Hestia Ingmar Jorvik Kelmar Lomsa Marden Nerova Ostrel'.split(' ');
const BODIES = { pdf: 'Ferry Council', docx: 'Orchard League', html: 'Tunnel Board' };
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const FIRST_NAMES = 'Irina Anders Selma Tomas Greta'.split(' ');
const SURNAMES = 'Holm Berg Okan Vidal Lund'.split(' ');

/** What one of the organisations reports, in sentences that no other file has. */
export interface Communique {
  name: string;
  organisation: string;
  founded: string;
  founding: string;
  chair: string;
  election: string;
  money: string;
  budget: string;
  /** Page on which each fact stands, in a PDF. */
  pages?: { founding: number; election: number; budget: number };
}

function communique(format: keyof typeof BODIES, i: number): Communique {
  const organisation = `${PLACES[i]} ${BODIES[format]}`;
  const founded = `${(i * 5) % 28 || 3} ${MONTHS[i % 12]} ${1960 + i * 3}`;
  const chair = `${FIRST_NAMES[i % 5]} ${SURNAMES[(i + Math.floor(i / 5)) % 5]}`;
  const money = `${(i + 3) * 1250 + i},000 crowns`.replace(/(\d)(\d{3}),/, '$1,$2,');
  return {
    name: `${PLACES[i]?.toLowerCase()}-${format}.${format}`,
    organisation,
    founded,
    founding: `The ${organisation} was founded on ${founded} by the delegates of ${i + 4} towns, who met in the old customs house and signed its statutes there.`,
    chair,
    election: `At its last session the delegates of the ${organisation} elected ${chair} to chair it for the three years to come.`,
    money,
    budget: `For the coming year the ${organisation} has a budget of ${money}, of which a third goes into the repair of what the storms of the winter have damaged.`,
    ...(format === 'pdf' ? { pages: { founding: 1, election: 2, budget: 3 } } : {}),
  };
}

const FILLER = [
  'The delegates thanked their hosts for the warm welcome and for the excellent organisation of the session.',
  'The next session will take place in the autumn; the secretariat will send the invitations in good time.',
  'The delegates took note of the report of the secretariat on the correspondence with other bodies.',
];

/** Three pages with a header and a footer; the middle one has two columns. */
function toPdf({ organisation, founding, election, budget }: Communique): Promise<Buffer> {
  const furniture = (page: number): Placed[] => [
    { text: `${organisation} - Communiqué`, x: 60, y: 30, size: 8 },
    { text: `${page} / 3`, x: 290, y: 805, size: 8 },
  ];
  const at = (text: string, y: number, width = 95, x = 60) => lines(wrap(text, width), x, y);
  const column = (texts: string[], x: number) => {
    let y = 80;
    return texts.flatMap((text) => {
      const placed = at(text, y, 44, x);
      y += placed.length * LEADING + 8;
      return placed;
    });
  };
  const [first = '', second = '', third = ''] = FILLER;
  return makePdf([
    [...furniture(1), { text: `Communiqué of the ${organisation}`, x: 60, y: 70, size: 18 }, ...at(first, 120), ...at(founding, 160), ...at(second, 200)],
    [...furniture(2), ...column([first, second, third, first], 60), ...column([election, third, second, third], 320)],
    [...furniture(3), ...at(first, 80), { text: 'Budget', x: 60, y: 110, size: 13 }, ...at(budget, 130), ...at(second, 180)],
  ]);
}

const toDocx = ({ organisation, founding, election, budget }: Communique): Promise<Buffer> =>
  makeDocx([
    { title: `Communiqué of the ${organisation}` },
    { text: FILLER[0] as string },
    { heading: 'Foundation', level: 1 },
    { text: founding },
    { heading: 'Session', level: 1 },
    { text: 'The delegates decided:' },
    { list: [FILLER[1] as string, FILLER[2] as string] },
    { text: election },
    { heading: 'Budget', level: 1 },
    { text: budget },
  ]);

const toHtml = ({ organisation, founding, election, budget }: Communique): Buffer =>
  Buffer.from(`<!doctype html><html><head><title>${organisation}</title></head><body>
    <nav><a href="/">Home</a> <a href="/sessions">Sessions</a></nav>
    <main><h1>Communiqué of the ${organisation}</h1><p>${FILLER[0]}</p><h2>Foundation</h2><p>${founding}</p>
    <h2>Session</h2><p>${election}</p><ul><li>${FILLER[1]}</li></ul><h2>Budget</h2><p>${budget}</p></main>
    <footer>Imprint of the ${organisation}</footer></body></html>`);

/** Forty-five communiqués of invented organisations: fifteen PDF, fifteen DOCX and fifteen HTML files, and what they say. */
export async function makeMixedFolder(): Promise<{ files: Record<string, Uint8Array>; communiques: Communique[] }> {
  const files: Record<string, Uint8Array> = {};
  const communiques: Communique[] = [];
  const write = { pdf: toPdf, docx: toDocx, html: toHtml };
  for (const format of ['pdf', 'docx', 'html'] as const) {
    for (let i = 0; i < PLACES.length; i++) {
      const each = communique(format, i);
      files[each.name] = await write[format](each);
      communiques.push(each);
    }
  }
  return { files, communiques };
}
