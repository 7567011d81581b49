#!/usr/bin/env node
// ik_llama.cpp for `puna bench --peer 'node ikllama.mjs FOLDER'`: its llama-bench and llama-batched-bench, which lie in FOLDER,
// with weights repacked at load. MODEL THREADS TEST…, one JSON line a test; see README.md beside it.
import {spawnSync} from "node:child_process";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";

const [, , folder, file, threads, ...tests] = process.argv;
const model = resolve(file);

function run(program, args) {
  const {status, stdout, stderr, error} = spawnSync(join(resolve(folder), program), args,
    {encoding: "utf8", cwd: tmpdir()}); // where it leaves its log
  if (status !== 0) throw error ?? new Error(`${program} ended with ${status}: ${stderr.slice(-500)}`);
  return stdout + stderr; // llama-batched-bench prints its table to stderr
}

function bench(args) {
  const text = run("llama-bench", ["-m", model, "-t", threads, "-r", "1", "-rtr", "1", "-o", "json", ...args]);
  return +text.match(/"avg_ts": ([\d.]+)/)[1];
}

function sideBySide(length, sequences) {
  const text = run("llama-batched-bench", ["-m", model, "-t", threads, "-rtr", "-c", `${sequences * (length + 16)}`,
    "-b", "512", "-ub", "512", "-npp", "1", "-ntg", `${length}`, "-npl", `${sequences}`]);
  const row = text.split("\n").map(line => line.split("|").map(cell => +cell)).find(cells => cells[3] === sequences);
  return row[8]; // tokens a second of all
}

for (const test of tests) {
  const [, kind, length, mark, more] = test.match(/^(pp|tg)(\d+)(?:([@x])(\d+))?$/);
  const rate = kind === "pp" ? bench(["-p", length, "-n", "0"])
    : mark === "@" ? bench(["-p", "0", "-n", "0", "-gp", `${more},${length}`])
    : mark === "x" ? sideBySide(+length, +more)
    : bench(["-p", "0", "-n", length]);
  console.log(JSON.stringify({test, tokens_per_second: rate}));
}
