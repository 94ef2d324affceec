// Builds the process editor: `npm ci --ignore-scripts && npm run build`. What comes out is committed, so that
// neither installing nor running Ordna needs Node; a test builds it anew and compares.
import * as esbuild from 'esbuild';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import licences from './licences.mjs';
import { simulation } from './src/simulation-sv.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const OUT = path.resolve(process.argv[2] ?? path.join(HERE, '../http/static/bpmn'));
const ENTRIES = ['editor', 'simulate'];

// Only the woff2 of the icon font is shipped.
const font = {
  name: 'one font',
  setup(build) {
    build.onLoad({ filter: /bpmn-font\/css\/bpmn\.css$/ }, (found) => ({
      loader: 'css',
      contents: fs.readFileSync(found.path, 'utf8').replace(
        /@font-face\s*{[^}]*}/,
        "@font-face{font-family:'bpmn';src:url('../font/bpmn.woff2') format('woff2');font-display:block}",
      ),
    }));
  },
};

// The panel brings editors for code that none of our fields opens: a third of the bundle.
const editors = {
  name: 'no code editors',
  setup(build) {
    const filter = /^@codemirror\/|^@bpmn-io\/(feel-editor|feelers-editor|extract-process-variables)(\/|$)/;
    build.onResolve({ filter }, () => ({ path: path.join(HERE, 'src/no-editors.js') }));
  },
};

// The simulation speaks English only. Each text is replaced where it is written; one that is not found any
// more stops the build.
const inSwedish = {
  name: 'the simulation in Swedish',
  setup(build) {
    const left = new Set(Object.keys(simulation));
    build.onLoad({ filter: /bpmn-js-token-simulation\/lib\/.*\.js$/ }, (found) => {
      const name = found.path.split('bpmn-js-token-simulation/lib/')[1];
      let contents = fs.readFileSync(found.path, 'utf8');
      for (const [from, to] of simulation[name] ?? []) {
        if (!contents.includes(from)) throw new Error(`${name} no longer says ${from}`);
        contents = contents.replaceAll(from, to);
      }
      left.delete(name);
      return { contents, loader: 'js' };
    });
    build.onEnd(() => {
      if (left.size) throw new Error(`not in the simulation: ${[...left].join(', ')}`);
    });
  },
};

fs.rmSync(OUT, { recursive: true, force: true });
const built = await esbuild.build({
  absWorkingDir: HERE,
  entryPoints: ENTRIES.map((name) => `src/${name}.js`),
  outdir: OUT,
  bundle: true,
  minify: true,
  splitting: true,
  format: 'esm',
  target: ['es2022'],
  charset: 'utf8',
  jsx: 'automatic',
  jsxImportSource: '@bpmn-io/properties-panel/preact',
  legalComments: 'none', // all of them stand in THIRD_PARTY_LICENSES.txt
  loader: { '.woff2': 'file', '.svg': 'dataurl' },
  assetNames: '[name]',
  chunkNames: 'shared-[hash]',
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [font, editors, inSwedish],
  metafile: true,
  logLevel: 'warning',
});

fs.writeFileSync(path.join(OUT, 'THIRD_PARTY_LICENSES.txt'), licences(HERE, built.metafile));
const sha256 = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');
const within = (folder, keep) => fs.readdirSync(folder, { recursive: true })
  .map(String).filter((name) => keep(name) && fs.statSync(path.join(folder, name)).isFile()).sort();
const hashes = (folder, names) => Object.fromEntries(
  names.map((name) => [name.replaceAll(path.sep, '/'), sha256(path.join(folder, name))]),
);
const ours = ['build.mjs', 'licences.mjs', 'package-lock.json', 'package.json'];
const sources = [...ours, ...within(path.join(HERE, 'src'), () => true).map((name) => path.join('src', name))];
// `preloads` are the chunks that a page needs beside its entry, so that they are asked for at once.
const preloads = Object.fromEntries(ENTRIES.map((name) => {
  const output = Object.entries(built.metafile.outputs).find(([file]) => file.endsWith(`/${name}.js`))[1];
  return [name, output.imports.filter((one) => one.kind === 'import-statement').map((one) => path.basename(one.path)).sort()];
}));
const manifest = { built: hashes(OUT, within(OUT, () => true)), preloads, sources: hashes(HERE, sources) };
fs.writeFileSync(path.join(OUT, 'MANIFEST.json'), `${JSON.stringify(manifest, null, 2)}\n`);
