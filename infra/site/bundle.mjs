/**
 * Bundles what a page loads: `node bundle.mjs SOURCE OUT`, with the wanted bundles, and what stands for the globals that the
 * build fills in, as JSON on standard input, and the address of each page's script on standard output.
 *
 * A page's own script is one file. What it imports later is a file each, which takes all that it shares with the page from there.
 */
import { readFile, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";

/** The oldest browsers that the customers' pages are made for. */
const BROWSERS = ["safari14.1", "ios14.5", "chrome100", "firefox100"];
/** The staff's pages begin by asking who is there, which takes Safari 15. */
const SUPPORTED = { "top-level-await": true };

const [source, out] = process.argv.slice(2);
const input = [];
for await (const part of process.stdin) input.push(part);
const { scripts, styles, others, define } = JSON.parse(Buffer.concat(input));
const usual = {
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: BROWSERS,
  supported: SUPPORTED,
  absWorkingDir: source,
};

/**
 * What is imported later imports the page too. So the page's modules belong to all of them, and esbuild has no reason to cut the
 * page's script into pieces, each of which would be a request more.
 */
const fromThePage = (page) => ({
  name: "from-the-page",
  setup(build) {
    build.onResolve({ filter: /.*/ }, async ({ kind, path, importer, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const found = await build.resolve(path, { kind: "import-statement", importer, resolveDir });
      return { ...found, namespace: "later" };
    });
    build.onLoad({ filter: /.*/, namespace: "later" }, async ({ path }) => ({
      contents: `${await readFile(path, "utf8")}\nimport ${JSON.stringify(page)};`,
      resolveDir: dirname(path),
    }));
  },
});

async function script({ name, entry }) {
  const page = join(source, entry);
  const { metafile } = await build({
    ...usual,
    define,
    entryPoints: [{ in: page, out: name }],
    outdir: out,
    format: "esm",
    splitting: true,
    chunkNames: `${name}-[name]-[hash]`,
    metafile: true,
    plugins: [fromThePage(page)],
  });
  const [file, made] = Object.entries(metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint && join(source, entryPoint) === page,
  );
  const only = made.imports.filter(({ kind }) => kind === "import-statement");
  const empty = Object.values(made.inputs).every(({ bytesInOutput }) => bytesInOutput === 0);
  if (!empty || only.length !== 1) return relative(out, join(source, file));
  await rm(join(source, file)); // it would only import the other one
  return relative(out, join(source, only[0].path));
}

async function style({ name, files }) {
  const contents = files.map((file) => `@import "./${file}";`).join("\n");
  await build({ ...usual, stdin: { contents, resolveDir: source, loader: "css" }, outfile: join(out, `${name}.css`) });
}

async function alone({ name, entry, format }) {
  await build({ ...usual, define, entryPoints: [join(source, entry)], outfile: join(out, name), format });
}

const made = await Promise.all(scripts.map(async (each) => [each.name, await script(each)]));
await Promise.all([...styles.map(style), ...others.map(alone)]);
process.stdout.write(JSON.stringify(Object.fromEntries(made)));
