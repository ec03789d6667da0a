// Prints what the authors of the packaged contracts wrote about them: userdoc and devdoc by contract, as JSON.
import { ask } from "./build.mjs";

const { contracts } = ask(["devdoc", "userdoc"]);
const told = {};
for (const file of Object.values(contracts)) {
  for (const [name, { devdoc, userdoc }] of Object.entries(file)) told[name] = { devdoc, userdoc };
}
process.stdout.write(JSON.stringify(told));
