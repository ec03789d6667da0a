// Compiles contracts/src with the npm compiler and writes what Hanse packages: src/hanse/ledger/artifacts/<Contract>.json.
//
//   node contracts/build.mjs            writes the artefacts
//   node contracts/build.mjs --check    compares them with the sources instead; leaves with 1 if they differ
//   ... --artifacts FOLDER              another folder than the packaged one
//
// The same sources give the same bytes on every machine: no path, no time and no hash of a comment is in an artefact.
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const require = createRequire(import.meta.url);

/** The compiler's settings, from foundry.toml: forge and this script must never disagree. */
export function settings(toml = fs.readFileSync(path.join(here, "foundry.toml"), "utf8")) {
  const value = (key) => {
    const line = toml.match(new RegExp(`^${key} = (.+)$`, "m"));
    if (line === null) throw new Error(`foundry.toml does not say ${key}`);
    return JSON.parse(line[1]);
  };
  return {
    evmVersion: value("evm_version"),
    metadata: { bytecodeHash: value("bytecode_hash") },
    optimizer: { enabled: value("optimizer"), runs: value("optimizer_runs") },
    viaIR: value("via_ir"),
  };
}

/** Every file under contracts/src, by its name for the compiler, in a fixed order. */
function sources() {
  return fs
    .readdirSync(path.join(here, "src"), { recursive: true })
    .map((name) => name.split(path.sep).join("/"))
    .filter((name) => name.endsWith(".sol"))
    .sort()
    .map((name) => [`src/${name}`, fs.readFileSync(path.join(here, "src", name), "utf8")]);
}

function sha256(text) {
  return "0x" + createHash("sha256").update(text).digest("hex");
}

/** Objects with sorted keys, arrays as they are: one text for one value. */
function canonical(value) {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, canonical(value[key])]));
}

/** What the compiler says of all sources. outputs: as it names them; what it needed no output for, it does not make. */
export function ask(outputs) {
  const own = new Map(sources());
  const read = new Map(own);
  const find = (name) => {
    try {
      if (!name.startsWith("@openzeppelin/")) throw new Error(`${name} is neither ours nor OpenZeppelin's`);
      const contents = fs.readFileSync(path.join(root, "node_modules", ...name.split("/")), "utf8");
      read.set(name, contents);
      return { contents };
    } catch (error) {
      return { error: error.message };
    }
  };
  const selection = Object.fromEntries([...own.keys()].map((name) => [name, { "*": outputs }]));
  const answer = JSON.parse(
    require("solc").compile(
      JSON.stringify({
        language: "Solidity",
        sources: Object.fromEntries([...own].map(([name, content]) => [name, { content }])),
        settings: { ...settings(), outputSelection: selection },
      }),
      { import: find },
    ),
  );
  if (answer.errors?.length) throw new Error(answer.errors.map((error) => error.formattedMessage).join("\n"));
  return { contracts: answer.contracts, read };
}

/** The artefacts that the sources compile to: a map from file name to text. */
export function compile() {
  const solc = require("solc");
  const used = settings();
  const answer = ask(["abi", "evm.bytecode.object", "metadata"]);
  const { read } = answer;

  const artifacts = new Map();
  for (const [file, contracts] of Object.entries(answer.contracts)) {
    for (const [contractName, contract] of Object.entries(contracts)) {
      // Interfaces, abstract contracts and libraries that live inside others (whose ABI has errors at most) have nothing to deploy.
      if (contract.evm.bytecode.object === "" || contract.abi.every((item) => item.type === "error")) continue;
      const parts = Object.keys(JSON.parse(contract.metadata).sources).sort();
      const artifact = {
        contractName,
        sourceName: file,
        sourceHash: sha256(parts.map((name) => `${name}\n${read.get(name)}`).join("\n")),
        compiler: solc.version(),
        settings: used,
        abi: contract.abi,
        bytecode: "0x" + contract.evm.bytecode.object,
      };
      artifacts.set(`${contractName}.json`, JSON.stringify(canonical(artifact), null, 1) + "\n");
    }
  }
  return artifacts;
}

/** What is wrong with the artefacts in `folder`: a list of sentences, empty if nothing is. */
export function differences(folder, artifacts) {
  const there = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  const wrong = there.filter((name) => !artifacts.has(name)).map((name) => `${name} is not made from any source`);
  for (const [name, text] of artifacts) {
    if (!there.includes(name)) wrong.push(`${name} is missing`);
    else if (fs.readFileSync(path.join(folder, name), "utf8") !== text) wrong.push(`${name} is not what its source compiles to`);
  }
  return wrong.sort();
}

function main(words) {
  const at = words.indexOf("--artifacts");
  const folder = at === -1 ? path.join(root, "src", "hanse", "ledger", "artifacts") : path.resolve(words[at + 1]);
  const artifacts = compile();
  if (words.includes("--check")) {
    const wrong = differences(folder, artifacts);
    for (const line of wrong) console.error(line);
    if (wrong.length) {
      console.error("Rebuild with: node contracts/build.mjs");
      process.exitCode = 1;
    } else {
      console.log(`${artifacts.size} artefacts are what the sources compile to`);
    }
    return;
  }
  fs.mkdirSync(folder, { recursive: true });
  for (const name of fs.readdirSync(folder)) {
    if (name.endsWith(".json") && !artifacts.has(name)) fs.rmSync(path.join(folder, name));
  }
  for (const [name, text] of artifacts) fs.writeFileSync(path.join(folder, name), text);
  console.log(`${artifacts.size} artefacts written`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
