// Reads {name: definition} as JSON, prints {name: [problem, ...]} of the definitions that asl-validator refuses.

// The validator compiles its JSON Schema anew for every definition, a fifth of a second each; one compiled schema does.
const ajv = require("ajv");
const Ajv = ajv.default;
let compiled;
ajv.default = function (options) {
  if (compiled) compiled.addKeyword = () => compiled; // it has every keyword by now
  compiled ??= new Ajv(options);
  return compiled;
};
const validate = require("asl-validator");

const definitions = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const refused = {};
for (const [name, definition] of Object.entries(definitions)) {
  const found = validate(definition, { checkPaths: true, checkArn: true });
  if (!found.isValid) refused[name] = found.errors.map((error) => JSON.stringify(error));
}
console.log(JSON.stringify(refused));
