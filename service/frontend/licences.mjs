// The licences of everything that ends up in the bundle, in full, by what the build really took in.
import fs from 'node:fs';
import path from 'node:path';

// Packages whose archive holds no licence file: where their text is taken from, and why it may be.
const ELSEWHERE = {};

export default function licences(here, metafile) {
  const taken = new Set();
  for (const output of Object.values(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const found = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (found && (bytesInOutput > 0 || /\.(css|woff2)$/.test(input))) taken.add(found[1]);
    }
  }
  const parts = [...taken].sort().map((name) => part(path.join(here, 'node_modules', name), name));
  return `The process editor contains the following software.\n\n${parts.join('\n')}`;
}

function part(folder, name) {
  const { version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = fs.readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? fs.readFileSync(path.join(folder, file), 'utf8') : ELSEWHERE[name];
  if (!text) throw new Error(`${name} has no licence text`);
  const rule = '='.repeat(78);
  return `${rule}\n${name} ${version} (${license})\n${rule}\n\n${text.replaceAll('\r\n', '\n').trim()}\n`;
}
