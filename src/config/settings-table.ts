import { z } from 'zod';
import { settings } from './config.js';

/** The settings as a Markdown table: name, default, what it is for. */
export function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, schema]) => {
    const { default: value, description = '' } = z.toJSONSchema(schema, { io: 'input' }) as { default?: unknown; description?: string };
    const shown = value === undefined || value === '' ? '' : `\`${value}\``;
    return `| \`${name}\` | ${shown} | ${description} |`;
  });
  return ['| name | default | what it is for |', '|---|---|---|', ...rows].join('\n');
}
