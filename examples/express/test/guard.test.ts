import { createServer } from "node:http";
import express5 from "express";
import express4 from "express4";
import { guardConformance } from "../../support/guardConformance.ts";
import { running } from "../../support/serve.ts";
import { createOrders } from "../src/orders.ts";

for (const [name, express] of [
  ["Express 4", express4],
  ["Express 5", express5],
] as const) {
  guardConformance(name, (verifier) => running(createServer(createOrders(express, verifier)).listen(0, "localhost")));
}
