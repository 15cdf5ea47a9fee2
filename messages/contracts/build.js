// Compiles src/ with the pinned compiler and writes artifacts/<Contract>.json (abi, bytecode, gas-free and
// path-free, so the bytes depend on the sources alone). `--check` writes nothing and fails on a difference.
const fs = require('fs');
const path = require('path');
const solc = require('solc');

const ROOT = __dirname;
const OUT = path.join(ROOT, 'artifacts');
const CONTRACTS = {
  GatewayContract: 'src/GatewayContract.sol',
  KMSRegistry: 'src/KMSRegistry.sol',
  SealedBidAuction: 'src/examples/SealedBidAuction.sol',
  SecretNote: 'src/examples/SecretNote.sol',
};
// The same settings as foundry.toml, which test/Artifacts.t.sol proves by comparing the code.
const SETTINGS = {
  evmVersion: 'prague',
  optimizer: { enabled: true, runs: 1000000 },
  viaIR: true,
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  remappings: ['@openzeppelin/=node_modules/@openzeppelin/', 'kmsgateway/=src/'],
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
};

function findImports(file) {
  const full = path.join(ROOT, file);
  return fs.existsSync(full) ? { contents: fs.readFileSync(full, 'utf8') } : { error: `no such file: ${file}` };
}

function compile() {
  const sources = {};
  for (const file of Object.values(CONTRACTS)) {
    sources[file] = { content: fs.readFileSync(path.join(ROOT, file), 'utf8') };
  }
  const input = { language: 'Solidity', sources, settings: SETTINGS };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImports }));
  // 2394 warns of every TSTORE; ours are a guard that is cleared, and grants meant to last the transaction.
  const problems = (output.errors ?? []).filter((problem) => problem.errorCode !== '2394');
  for (const problem of problems) console.error(problem.formattedMessage);
  if (problems.length > 0) process.exit(1);
  return output.contracts;
}

function render({ abi, evm }) {
  return `${JSON.stringify({ abi, bytecode: `0x${evm.bytecode.object}` }, null, 1)}\n`;
}

const check = process.argv.includes('--check');
const compiled = compile();
fs.mkdirSync(OUT, { recursive: true });
let drift = false;
for (const [name, file] of Object.entries(CONTRACTS)) {
  const target = path.join(OUT, `${name}.json`);
  const text = render(compiled[file][name]);
  if (!check) {
    fs.writeFileSync(target, text);
  } else if (!fs.existsSync(target) || fs.readFileSync(target, 'utf8') !== text) {
    console.error(`artifacts/${name}.json differs from what build.js writes`);
    drift = true;
  }
}
process.exit(drift ? 1 : 0);
