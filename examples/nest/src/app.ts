import "reflect-metadata";
import type { IncomingMessage } from "node:http";
import type { Verifier } from "@cardea/verifier";
import { type NestGuardOptions, nestGuard } from "@cardea/verifier/nest";
import {
  Controller,
  Get,
  HttpCode,
  HttpException,
  type INestApplication,
  Module,
  Post,
  Req,
  UseGuards,
} from "@nestjs/common";
import { type AbstractHttpAdapter, NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";

/** A service that knows who calls it. Express's request is one of `node:http`, so `request.auth` is typed. */
export async function createApp(
  verifier: Verifier,
  adapter: AbstractHttpAdapter = new ExpressAdapter(),
): Promise<INestApplication> {
  const guard = (options: Omit<NestGuardOptions, "HttpException"> = {}) =>
    UseGuards(nestGuard(verifier, { HttpException, ...options }));

  @Controller()
  class Orders {
    @Get("orders")
    @guard()
    list(@Req() request: IncomingMessage): object {
      return { customer: request.auth?.claims.sub, orders: ["A clock", "Two chairs"] };
    }

    @Get("hello")
    @guard({ optional: true })
    greet(@Req() request: IncomingMessage): object {
      return { hello: request.auth?.claims.sub ?? "stranger" };
    }

    @Post("refunds")
    @HttpCode(200)
    @guard({ roles: ["staff"], scopes: ["refunds"], maxAge: "10m" })
    refund(): object {
      return { refunded: true };
    }
  }

  @Module({ controllers: [Orders] })
  class Service {}

  return NestFactory.create(Service, adapter, { logger: false });
}
