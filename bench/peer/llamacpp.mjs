#!/usr/bin/env node
// llama.cpp for `puna bench --peer 'node llamacpp.mjs'`: MODEL THREADS TEST…, one JSON line a test.
// It runs where node-llama-cpp is installed; see README.md beside it.
import {getLlama, LlamaLogLevel} from "node-llama-cpp";

const [, , modelPath, threads, ...tests] = process.argv;
const llama = await getLlama({build: "never", gpu: false, maxThreads: +threads, logLevel: LlamaLogLevel.error});
const model = await llama.loadModel({modelPath});
const prompt = length => Array.from({length}, (_, i) => 1000 + ((i * 7919) % 30000));
const seconds = since => (performance.now() - since) / 1e3;

async function generate(sequence, length) {
  let first, produced = 0;
  for await (const token of sequence.evaluate([5], {temperature: 0})) {
    first ??= performance.now(); // the prompt's last step ends with the first token
    if (++produced > length) break;
  }
  return (produced - 1) / seconds(first);
}

async function measure(test) {
  const [, kind, size, mark, more] = test.match(/^(pp|tg)(\d+)(?:([@x])(\d+))?$/) ?? [];
  const length = +size, depth = mark === "@" ? +more : 0, sequences = mark === "x" ? +more : 1;
  const context = await model.createContext({
    contextSize: Math.max(1024, length + depth + 16), batchSize: 512, threads: +threads, sequences});
  try {
    const all = Array.from({length: sequences}, () => context.getSequence());
    if (kind === "pp") {
      const run = async () => {
        await all[0].clearHistory();
        const start = performance.now();
        await all[0].evaluateWithoutGeneratingNewTokens(prompt(length));
        for await (const _ of all[0].evaluate([5], {temperature: 0})) break; // waits for the last step
        return length / seconds(start);
      };
      await run();
      return await run();
    }
    if (depth > 0) await all[0].evaluateWithoutGeneratingNewTokens(prompt(depth));
    if (sequences === 1) return await generate(all[0], length);
    const start = performance.now();
    await Promise.all(all.map(sequence => generate(sequence, length - 1)));
    return sequences * length / seconds(start);
  } finally {
    await context.dispose();
  }
}

for (const test of tests) console.log(JSON.stringify({test, tokens_per_second: await measure(test)}));
process.exit(0);
