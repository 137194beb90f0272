// One object for each node and link, sample after sample, as TensorFlow Playground's nn.ts walks them; in JavaScript,
// as it runs there. Started as: node walk.js '{"sizes": [2, 4, 2, 1], "tanh": true, "batch": 10, "samples": 300}'.
// Each line read is a number of epochs; the answer is how many milliseconds they took.
"use strict";

const given = JSON.parse(process.argv[2]);
const TANH = { output: Math.tanh, der: (x) => { const y = Math.tanh(x); return 1 - y * y; } };
const RELU = { output: (x) => Math.max(0, x), der: (x) => (x <= 0 ? 0 : 1) };
const LINEAR = { output: (x) => x, der: () => 1 };

class Node {
  constructor(activation) {
    this.inputLinks = [];
    this.outputs = [];
    this.bias = 0.1;
    this.totalInput = this.output = 0;
    this.outputDer = this.inputDer = this.accInputDer = this.numAccumulatedDers = 0;
    this.activation = activation;
  }

  updateOutput() {
    this.totalInput = this.bias;
    for (let j = 0; j < this.inputLinks.length; j++) {
      const link = this.inputLinks[j];
      this.totalInput += link.weight * link.source.output;
    }
    this.output = this.activation.output(this.totalInput);
    return this.output;
  }
}

class Link {
  constructor(source, dest) {
    this.source = source;
    this.dest = dest;
    this.weight = Math.random() - 0.5;
    this.errorDer = this.accErrorDer = this.numAccumulatedDers = 0;
  }
}

function build(sizes, hidden) {
  const network = [];
  sizes.forEach((size, place) => {
    const layer = [];
    for (let i = 0; i < size; i++) {
      const node = new Node(place === sizes.length - 1 ? LINEAR : hidden);
      if (place > 0) {
        for (const source of network[place - 1]) {
          const link = new Link(source, node);
          source.outputs.push(link);
          node.inputLinks.push(link);
        }
      }
      layer.push(node);
    }
    network.push(layer);
  });
  return network;
}

function forward(network, inputs) {
  network[0].forEach((node, i) => { node.output = inputs[i]; });
  for (let place = 1; place < network.length; place++) {
    for (const node of network[place]) node.updateOutput();
  }
}

function backward(network, targets) {
  const last = network[network.length - 1];
  let loss = 0;
  last.forEach((node, i) => {
    node.outputDer = node.output - targets[i];
    loss += 0.5 * node.outputDer * node.outputDer;
  });
  for (let place = network.length - 1; place >= 1; place--) {
    for (const node of network[place]) {
      node.inputDer = node.outputDer * node.activation.der(node.totalInput);
      node.accInputDer += node.inputDer;
      node.numAccumulatedDers++;
      for (const link of node.inputLinks) {
        link.errorDer = node.inputDer * link.source.output;
        link.accErrorDer += link.errorDer;
        link.numAccumulatedDers++;
      }
    }
    if (place === 1) continue;
    for (const node of network[place - 1]) {
      node.outputDer = 0;
      for (const link of node.outputs) node.outputDer += link.weight * link.dest.inputDer;
    }
  }
  return loss;
}

function update(network, rate) {
  for (let place = 1; place < network.length; place++) {
    for (const node of network[place]) {
      if (node.numAccumulatedDers > 0) {
        node.bias -= (rate * node.accInputDer) / node.numAccumulatedDers;
        node.accInputDer = node.numAccumulatedDers = 0;
      }
      for (const link of node.inputLinks) {
        if (link.numAccumulatedDers > 0) {
          link.weight -= (rate / link.numAccumulatedDers) * link.accErrorDer;
          link.accErrorDer = link.numAccumulatedDers = 0;
        }
      }
    }
  }
}

const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
const network = build(given.sizes, given.tanh ? TANH : RELU);
const samples = [];
for (let k = 0; k < given.samples; k++) {
  const x = Array.from({ length: given.sizes[0] }, normal);
  samples.push([x, Array.from({ length: given.sizes[given.sizes.length - 1] }, (_, i) => Math.tanh(x[i % x.length]))]);
}
let lost = 0;

function epoch() {
  for (let k = samples.length - 1; k > 0; k--) {
    const other = Math.floor(Math.random() * (k + 1));
    [samples[k], samples[other]] = [samples[other], samples[k]];
  }
  let loss = 0;
  samples.forEach(([x, y], k) => {
    forward(network, x);
    loss += backward(network, y);
    if ((k + 1) % given.batch === 0) update(network, 0.003);
  });
  lost += loss / samples.length;
}

require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const began = process.hrtime.bigint();
  for (let k = 0; k < Number(line); k++) epoch();
  process.stdout.write(`${Number(process.hrtime.bigint() - began) / 1e6} ${lost}\n`);
});
