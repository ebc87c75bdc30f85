// PouchDB with its own store: each laptop takes its people from the centre, edits them, and replicates them back.
// node pouch.mjs FOLDER LAPTOPS -> one line of JSON. A loser of a conflict is kept, hidden; nothing asks anybody.
import fs from "node:fs";
import path from "node:path";
import PouchDB from "pouchdb";

const [folder, laptops] = [process.argv[2], Number(process.argv[3])];
const told = JSON.parse(fs.readFileSync(path.join(folder, "edits.json")));
const people = JSON.parse(fs.readFileSync(path.join(folder, "people.json")));
const room = fs.mkdtempSync(path.join(folder, "pouch-"));
const centre = new PouchDB(path.join(room, "centre"));
for (let at = 0; at < people.length; at += 1000) await centre.bulkDocs(people.slice(at, at + 1000));
const local = [];
for (const [number, edits] of told.laptops.slice(0, laptops).entries()) {
  const own = new PouchDB(path.join(room, `laptop${number}`));
  await own.replicate.from(centre, { doc_ids: edits.map(([rec]) => rec), batch_size: 1000 });
  local.push(own);
}
for (const [number, own] of local.entries()) {
  const edits = new Map(told.laptops[number]);
  const held = await own.allDocs({ keys: [...edits.keys()], include_docs: true });
  await own.bulkDocs(held.rows.map(({ doc }) => {
    told.fields.forEach((name, at) => { doc[name] = edits.get(doc._id)[at]; });
    return doc;
  }));
}
const before = process.cpuUsage();
for (const own of local) await own.replicate.to(centre, { batch_size: 1000 });
const spent = process.cpuUsage(before);
console.log(JSON.stringify({ cpu: (spent.user + spent.system) / 1e6, edits: laptops * told.laptops[0].length }));
fs.rmSync(room, { recursive: true, force: true });
process.exit(0);
