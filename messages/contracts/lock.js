// Keeps package-lock.json free of hosts (registry, funding pages), so that it serves behind any mirror; each
// package is still pinned by its hash. Run after `npm install`; `--check` fails where a host is named.
const fs = require('fs');
const path = require('path');

const file = path.join(__dirname, 'package-lock.json');
const before = fs.readFileSync(file, 'utf8');
const lock = JSON.parse(before);
for (const entry of Object.values(lock.packages)) {
  delete entry.funding;
  delete entry.resolved;
}
const after = `${JSON.stringify(lock, null, 2)}\n`;
if (!process.argv.includes('--check')) {
  fs.writeFileSync(file, after);
} else if (before !== after || before.includes('://')) {
  console.error('package-lock.json names a host: run `node lock.js`');
  process.exit(1);
}
