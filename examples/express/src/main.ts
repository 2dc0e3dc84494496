import { createVerifier } from "@cardea/verifier";
import { createAuth, memory } from "cardea";
import express from "express";
import { createOrders } from "./orders.ts";
import { answerWith, listen } from "./serve.ts";
import { createShop } from "./shop.ts";

const shop = await listen(4000);
const issuer = `${shop.origin}/auth`;
const auth = await createAuth({ issuer, store: memory(), access: { audience: ["orders"] } });
answerWith(shop.server, createShop(express, auth));

const orders = await listen(4001);
const { service, secret } = await auth.services.create("orders");
const verifier = createVerifier({
  issuer,
  audience: "orders",
  credentials: { id: service.id, secret },
  revocation: { maxStaleness: "5s", whenStale: "deny" },
});
await verifier.ready();
answerWith(orders.server, createOrders(express, verifier));

console.log(`The shop and its issuer: ${issuer}
The service:             ${orders.origin}/orders

curl -s ${issuer}/sign-up -H 'content-type: application/json' -d '{"email":"ada@example.com","password":"a phrase of several words"}'
curl -s ${issuer}/sign-in -H 'content-type: application/json' -d '{"email":"ada@example.com","password":"a phrase of several words"}'
curl -s ${orders.origin}/orders -H 'authorization: Bearer ACCESS_TOKEN'`);
