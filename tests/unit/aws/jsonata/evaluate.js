// Evaluates JSONata: a line in is a JSON array of [expression, variables], a line out the array of the answers.
const jsonata = require(process.argv[2]);
const compiled = new Map();

function parsed(text) {
  if (!compiled.has(text)) {
    if (compiled.size > 2000) compiled.clear();
    compiled.set(text, jsonata(text));
  }
  return compiled.get(text);
}

function hasNegativeZero(value) {
  if (Object.is(value, -0)) return true;
  return value !== null && typeof value === "object" && Object.values(value).some(hasNegativeZero);
}

async function answer([text, variables]) {
  try {
    const value = await parsed(text).evaluate(undefined, variables);
    if (value === undefined) return { undefined: true };
    if (typeof value === "function") return { error: "a function" };
    const json = JSON.stringify(value, (_, each) => {
      if (typeof each === "number" && !Number.isFinite(each)) throw new Error("not finite");
      return each;
    });
    return { value: JSON.parse(json), negativeZero: hasNegativeZero(value) };
  } catch (error) {
    return { error: String(error.code || error.message) };
  }
}

async function main() {
  for await (const line of require("readline").createInterface({ input: process.stdin })) {
    const answers = [];
    for (const job of JSON.parse(line)) answers.push(await answer(job));
    process.stdout.write(JSON.stringify(answers) + "\n");
  }
}

main();
