/** Express 4 under another name, so that both can be shown side by side. What this example uses has the same types in both. */
declare module "express4" {
  import express = require("express");
  export = express;
}
