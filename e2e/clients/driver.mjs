// A page without a browser: takes orders as JSON lines, tells what happens the
// same way. The library of the first argument does the talking.
import { createInterface } from "node:readline";

const { connect } = await import(`./${process.argv[2]}.mjs`);
const tell = (kind, more = {}) => process.stdout.write(JSON.stringify({ kind, ...more }) + "\n");

process.on("unhandledRejection", (err) => tell("trouble", { text: String(err) }));

let link;
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  switch (order.do) {
    case "connect":
      link = connect(order, tell);
      break;
    case "say":
      link.say(order.to, order.text);
      break;
    case "cut":
      link.cut();
      break;
    case "leave":
      link.leave();
      break;
  }
}
process.exit(0);
